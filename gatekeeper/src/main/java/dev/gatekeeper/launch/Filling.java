package dev.gatekeeper.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.SecretArguments;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Member;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The references to secrets that an agent wrote into the arguments of a tool call, where the entry
 * allows them: {@code secret:NAME} as a whole string, or in dollar and braces inside one. The texts
 * are compared with what the entry lists, and nothing is parsed: what it does not list has no
 * meaning.
 */
public final class Filling {
  /** What stands for a secret in any list; elsewhere it may be a text like others. */
  private static final Pattern WHOLE =
      Pattern.compile("(secret|team):[A-Za-z0-9][A-Za-z0-9._/-]{0,255}");

  private static final Pattern INSIDE =
      Pattern.compile("\\$\\{(secret|team):[A-Za-z0-9][A-Za-z0-9._/-]{0,255}}");

  /** One string, and the references in it. */
  private record Place(Slice text, String pointer, Set<Reference> references, boolean whole) {}

  private final Slice frame;
  private final String tool;
  private final SecretArguments allowed;
  private final List<Place> places = new ArrayList<>();
  private Optional<String> refusal = Optional.empty();

  private Filling(Slice frame, String tool, SecretArguments allowed) {
    this.frame = frame;
    this.tool = tool;
    this.allowed = allowed;
  }

  /** Reads a call as it would be sent. */
  public static Filling of(Slice frame, String tool, SecretArguments allowed) {
    Filling filling = new Filling(frame, tool, allowed);
    try {
      Optional<Slice> params = frame.members().get("params").filter(Slice::isObject);
      Optional<Slice> arguments =
          params.isEmpty() ? Optional.empty() : params.get().members().get("arguments");
      if (arguments.isPresent()) {
        filling.walk(arguments.get(), "");
      }
    } catch (MalformedException e) {
      if (!allowed.of(tool).isEmpty()) {
        filling.refusal = Optional.of("refused: the arguments can be read in more than one way");
      }
    }
    return filling;
  }

  /** Why the call is denied, where it is: it names what its entry does not allow there. */
  public Optional<String> refusal() {
    return refusal;
  }

  /** Whether there is nothing to put in. */
  public boolean isEmpty() {
    return places.isEmpty();
  }

  private void walk(Slice value, String pointer) throws MalformedException {
    if (value.isObject()) {
      for (Member member : value.members().all()) {
        String step = member.name().replace("~", "~0").replace("/", "~1");
        walk(member.value(), pointer + "/" + step);
      }
    } else if (value.isArray()) {
      int at = 0;
      for (Slice element : value.elements()) {
        walk(element, pointer + "/" + at++);
      }
    } else if (value.isString()) {
      text(value, pointer);
    }
  }

  private void text(Slice value, String pointer) {
    String text = value.string();
    Set<Reference> here = new TreeSet<>();
    String rest = text;
    for (Reference reference :
        allowed.of(tool).getOrDefault(pointer, Collections.emptySortedSet())) {
      if (text.equals(reference.toString())) {
        places.add(new Place(value, pointer, Set.of(reference), true));
        return;
      }
      if (text.contains(inside(reference))) {
        here.add(reference);
        rest = rest.replace(inside(reference), "");
      }
    }
    boolean takesSecrets = !allowed.of(tool).isEmpty();
    if (WHOLE.matcher(text).matches() || (takesSecrets && INSIDE.matcher(rest).find())) {
      refusal =
          Optional.of(
              "refused: "
                  + (pointer.isEmpty() ? "the arguments" : pointer)
                  + " names a secret that the server's entry in the allow-list does not allow"
                  + " there, so nothing was sent. "
                  + (takesSecrets
                      ? "Allowed: " + String.join("; ", new SecretArguments(only(tool)).words())
                      : "This tool takes no secrets (secretArguments)"));
    } else if (!here.isEmpty()) {
      places.add(new Place(value, pointer, here, false));
    }
  }

  private SortedMap<String, SortedMap<String, SortedSet<Reference>>> only(String name) {
    SortedMap<String, SortedMap<String, SortedSet<Reference>>> one = new TreeMap<>();
    one.put(name, new TreeMap<>(allowed.of(name)));
    return one;
  }

  private static String inside(Reference reference) {
    return "${" + reference + "}";
  }

  /** What has to be granted: references, each by the name of its place in the record. */
  SortedMap<String, Reference> needs() {
    SortedMap<String, Reference> needs = new TreeMap<>();
    for (Place place : places) {
      for (Reference reference : place.references) {
        needs.put(name(place, reference), reference);
      }
    }
    return needs;
  }

  private String name(Place place, Reference reference) {
    String name = tool + place.pointer;
    return (place.references.size() == 1 ? name : name + " " + reference).replace('=', '~');
  }

  /**
   * The call with the values put in: every other byte as it was.
   *
   * @throws MalformedException where a value is no text, or a reference is written with escapes
   */
  byte[] filled(Launch values) throws MalformedException {
    Splice splice = Splice.of(frame);
    for (Place place : places) {
      byte[] text = place.text.toBytes();
      for (Reference reference : place.references) {
        byte[] value = values.value(name(place, reference));
        byte[] quoted = quoted(value);
        Arrays.fill(value, (byte) 0);
        String written = place.whole ? place.text.string() : inside(reference);
        text = place.whole ? whole(quoted) : replaced(text, written.getBytes(UTF_8), quoted);
        Arrays.fill(quoted, (byte) 0);
      }
      Slice.of(text); // strict UTF-8, and JSON
      splice.replace(place.text, text);
      Arrays.fill(text, (byte) 0);
    }
    return splice.toBytes();
  }

  private static byte[] whole(byte[] quoted) {
    byte[] out = new byte[quoted.length + 2];
    out[0] = '"';
    System.arraycopy(quoted, 0, out, 1, quoted.length);
    out[out.length - 1] = '"';
    return out;
  }

  private static byte[] replaced(byte[] text, byte[] written, byte[] with)
      throws MalformedException {
    Wiped out = new Wiped();
    boolean found = false;
    for (int at = 0; at < text.length; ) {
      int end = at + written.length;
      if (end <= text.length && Arrays.equals(text, at, end, written, 0, written.length)) {
        out.writeBytes(with);
        at = end;
        found = true;
      } else {
        out.write(text[at++]);
      }
    }
    Arrays.fill(text, (byte) 0);
    if (!found) {
      throw new MalformedException("a reference is written with escapes", 0);
    }
    return out.take();
  }

  /** As the content of a JSON string. */
  private static byte[] quoted(byte[] value) {
    Wiped out = new Wiped();
    for (byte b : value) {
      if (b == '"' || b == '\\') {
        out.write('\\');
        out.write(b);
      } else if (b >= 0 && b < ' ') {
        out.writeBytes(String.format("\\u%04x", (int) b).getBytes(UTF_8));
      } else {
        out.write(b);
      }
    }
    return out.take();
  }

  /** A buffer whose content is not left behind on the heap. */
  private static final class Wiped extends ByteArrayOutputStream {
    byte[] take() {
      byte[] taken = toByteArray();
      Arrays.fill(buf, (byte) 0);
      return taken;
    }
  }
}
