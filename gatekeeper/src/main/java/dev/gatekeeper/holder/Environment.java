package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.Home;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a holder finds in its environment: what reading lists and asking a remote needs. */
final class Environment {
  private static final List<String> PASSED =
      List.of("HOME", "LANG", "LC_ALL", "PATH", "SSH_AUTH_SOCK", "USER");

  private Environment() {}

  static List<byte[]> of(Home home, Map<String, String> person) {
    List<byte[]> environment = new ArrayList<>();
    environment.add(("GATEKEEPER_HOME=" + home.path()).getBytes(UTF_8));
    environment.add("MALLOC_ARENA_MAX=1".getBytes(UTF_8)); // as the launcher has it: less resident
    for (String name : PASSED) {
      String value = person.getOrDefault(name, "");
      if (!value.isEmpty()) {
        environment.add((name + "=" + value).getBytes(UTF_8));
      }
    }
    return environment;
  }
}
