package dev.gatekeeper.fingerprint.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.redaction.reading.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Paths, which may hold values themselves: what is shown of one has none that is looked for. */
final class Names {
  private static final String STANDARD_INPUT = "-";

  private final Scan scan;
  private final Set<String> told = new HashSet<>();

  Names(Scan scan) {
    this.scan = scan;
  }

  /**
   * A path as it may be shown. A file that has the name of standard input is told from it.
   *
   * @param found takes what is found in it; that in the name of a folder once for all below
   */
  String shown(String path, List<Finding> found) {
    byte[] bytes = path.getBytes(UTF_8);
    List<Scan.Place> places = scan.find(bytes);
    if (places.isEmpty()) {
      return path.equals(STANDARD_INPUT) ? "./-" : path;
    }
    List<Span> spans = new ArrayList<>();
    places.forEach(place -> spans.add(place.span()));
    String shown = new String(Span.masked(bytes, Span.join(spans)), UTF_8);
    for (Scan.Place place : places) {
      String upTo = new String(bytes, 0, place.end(), UTF_8);
      if (told.add(place.print().reference() + '\0' + upTo)) {
        found.add(finding(place, Finding.Part.NAME, shown));
      }
    }
    return shown;
  }

  /**
   * What is found in the target of a link.
   *
   * @param link its path, as it may be shown
   */
  void target(String link, String target, List<Finding> found) {
    for (Scan.Place place : scan.find(target.getBytes(UTF_8))) {
      found.add(finding(place, Finding.Part.TARGET, link));
    }
  }

  private static Finding finding(Scan.Place place, Finding.Part part, String path) {
    return new Finding(
        place.print().reference(), place.print().isFormer(), place.encoding(), part, path, 0);
  }
}
