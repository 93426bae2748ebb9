package dev.gatekeeper.fleet;

import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.catalog.ListPage;
import dev.gatekeeper.catalog.Offered;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.mcp.Answers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads every page of one list of one server.
 *
 * <p>Ends for certain: a cursor that comes twice, too many pages or too many bytes end it with what
 * was read until then. A server that does not answer is ended by the request's own timeout.
 */
final class ListFetch {
  /** Pages of one list: the client itself follows 64. */
  static final int MAX_PAGES = 1_000;

  /** Bytes of the definitions of one list that are kept. */
  static final long MAX_BYTES = 32L << 20;

  private final Link link;
  private final Backend backend;
  private final Kind kind;
  private final Consumer<Optional<String>> done;
  private final List<Offered> items = new ArrayList<>();
  private final Set<String> cursors = new HashSet<>();
  private long bytes;

  /** {@code done} is called once: empty when the list is whole, else with what was wrong. */
  ListFetch(Link link, Backend backend, Kind kind, Consumer<Optional<String>> done) {
    this.link = link;
    this.backend = backend;
    this.kind = kind;
    this.done = done;
  }

  void start() {
    ask(Answers.ascii("{}"));
  }

  private void ask(byte[] params) {
    link.ask(kind.method(), params, this::page, failure -> done.accept(Optional.of(failure)));
  }

  private void page(Slice result) {
    ListPage page;
    try {
      page = ListPage.parse(kind, result, name -> backend.lists(kind, name));
    } catch (MalformedException e) {
      finish(Optional.of("its answer to " + kind.method() + " is no list"));
      return;
    }
    for (Offered item : page.definitions()) {
      bytes += item.definition().length();
      if (bytes > MAX_BYTES) {
        finish(Optional.of("its " + kind.method() + " is over " + MAX_BYTES + " bytes"));
        return;
      }
      items.add(item);
    }
    if (page.nextCursor().isEmpty()) {
      finish(Optional.empty());
      return;
    }
    String cursor = new String(page.nextCursor().get().toBytes(), StandardCharsets.UTF_8);
    if (!cursors.add(cursor)) {
      finish(Optional.of("its " + kind.method() + " gives the same cursor again"));
    } else if (cursors.size() >= MAX_PAGES) {
      finish(Optional.of("its " + kind.method() + " has more than " + MAX_PAGES + " pages"));
    } else {
      ask(Answers.join("{\"cursor\":", cursor, "}"));
    }
  }

  private void finish(Optional<String> problem) {
    backend.listed(kind, items);
    done.accept(problem);
  }
}
