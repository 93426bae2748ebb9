package dev.gatekeeper.allowlist;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names of entries and secrets, and how a foreign name becomes one. */
public final class Names {
  /** No underscore: {@code server__tool} then splits in one way only. */
  private static final Pattern SERVER = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");

  private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** Our own tools are called {@code gatekeeper_…}: a server must not look like them. */
  public static final String OWN = "gatekeeper";

  private Names() {}

  /** Whether a server can be called so, apart from this program's own name. */
  public static boolean isServer(String name) {
    return SERVER.matcher(name).matches();
  }

  /** Whether a command can be called so. */
  public static boolean isCommand(String name) {
    return COMMAND.matcher(name).matches();
  }

  /** A server's name made from a foreign one. */
  public static String server(String foreign) {
    String plain =
        foreign.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
    String cut = plain.substring(0, Math.min(32, plain.length())).replaceAll("-+$", "");
    return cut.isEmpty() || cut.equals(OWN) ? "server" : cut;
  }

  /** A name in the vault for what stands under {@code key} in {@code group} of an entry. */
  public static String secret(String entry, String group, String key) {
    boolean named = group.equals("env") || group.equals("headers");
    String last = (named ? key : group).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return entry + "/" + last.replaceAll("^-+|-+$", "");
  }
}
