package dev.gatekeeper.fleet.offer;

import dev.gatekeeper.allowlist.PublicName;
import dev.gatekeeper.allowlist.Review;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.lock.Comparison;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.Drift;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.catalog.Catalog;
import dev.gatekeeper.catalog.Item;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.catalog.Offered;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.journal.Recorded;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What was reviewed: the agent sees the locked text, whatever the process says of itself.
 *
 * <p>A definition that the process gives otherwise is denied until it is as it was, or was reviewed
 * anew. One that it does not give fails. Further ones are hidden, but for resources that the rules
 * let through, which come and go with the process.
 */
public final class LockedOffer implements Offer {
  private static final String LIVE = "gatekeeper allowlist diff --live";

  private final String server;
  private final Review review;
  private final Predicate<Subject.Listing> rules;
  private final Catalog catalog;
  private final Journal journal;
  private final Consumer<String> say;
  private final LockedServer locked;
  private final Drift drift;
  private final Map<Kind, List<Item>> reviewed = new EnumMap<>(Kind.class);
  private final Map<Kind, Live> live = new EnumMap<>(Kind.class);
  private final Set<String> told = new TreeSet<>();

  /** Of the definitions that were called: computed once for each. */
  private final Map<String, String> digests = new ConcurrentHashMap<>();

  /**
   * What a process said last of one kind.
   *
   * @param changed where a definition is not what it was, by name
   * @param extra names that nobody reviewed
   */
  private record Live(Set<String> names, Map<String, List<String>> changed, Set<String> extra) {}

  /**
   * Of a server with its lock.
   *
   * @param rules whether the agent may see a definition
   * @param say takes a remark for the person who reads our stderr
   */
  public LockedOffer(
      Server server,
      LockedServer locked,
      Predicate<Subject.Listing> rules,
      Catalog catalog,
      Journal journal,
      Consumer<String> say) {
    this.server = server.name();
    this.review = server.review();
    this.rules = rules;
    this.catalog = catalog;
    this.journal = journal;
    this.say = say;
    this.locked = locked;
    this.drift = new Drift(locked, server.access().volatileFields());
  }

  @Override
  public boolean isKnown() {
    return true;
  }

  @Override
  public Set<Kind> publish() {
    Set<Kind> changed = EnumSet.noneOf(Kind.class);
    for (Kind kind : Kind.values()) {
      List<Item> items = new ArrayList<>();
      for (Definition definition : locked.of(subject(kind)).values()) {
        if (rules.test(new Subject.Listing(server, subject(kind), definition.name()))) {
          item(kind, definition).ifPresent(items::add);
        }
      }
      reviewed.put(kind, List.copyOf(items));
      if (catalog.offer(kind, server, items)) {
        changed.add(kind);
      }
    }
    return changed;
  }

  private static Subject.Kind subject(Kind kind) {
    return switch (kind) {
      case TOOL -> Subject.Kind.TOOL;
      case PROMPT -> Subject.Kind.PROMPT;
      case RESOURCE -> Subject.Kind.RESOURCE;
      case TEMPLATE -> Subject.Kind.TEMPLATE;
    };
  }

  /** A lock that was signed elsewhere may hold what no server could offer: that is not listed. */
  private Optional<Item> item(Kind kind, Definition definition) {
    String publicName = PublicName.of(server, subject(kind), definition.name());
    Optional<String> renamed = definition.named(publicName);
    if (renamed.isPresent()) {
      Slice text = Slice.unchecked(renamed.get().getBytes(StandardCharsets.UTF_8));
      return Optional.of(new Item(server, definition.name(), publicName, text, true));
    }
    try {
      Slice text = Slice.object(definition.canonical().getBytes(StandardCharsets.UTF_8));
      return Optional.of(Item.of(kind, server, new Offered(definition.name(), text), true));
    } catch (MalformedException e) {
      String what = kind.member() + " " + definition.name() + " of the lock";
      say.accept("server " + server + ": " + what + " is hidden: " + e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public boolean listed(Kind kind, List<Offered> definitions) {
    Live now = new Live(new TreeSet<>(), new TreeMap<>(), new TreeSet<>());
    List<Item> items = new ArrayList<>(reviewed.getOrDefault(kind, List.of()));
    for (Offered definition : definitions) {
      byte[] text = definition.definition().toBytes();
      String name = definition.name();
      boolean repeated = !now.names.add(name);
      switch (drift.compare(subject(kind), name, text)) {
        case Comparison.Same same -> {}
        case Comparison.Changed changed -> now.changed.put(name, changed.where());
        case Comparison.Extra extra -> {
          now.extra.add(name);
          if (kind == Kind.RESOURCE && !repeated) {
            items.add(new Item(server, name, name, definition.definition(), false));
          }
        }
      }
    }
    synchronized (this) {
      live.put(kind, now);
    }
    now.changed.forEach((name, where) -> drifted(kind, name, pointers(where)));
    if (kind != Kind.RESOURCE && !now.extra.isEmpty()) {
      String hidden = now.extra.size() + " " + kind.member() + " are not in the lock, and hidden";
      if (isNews(kind + " " + hidden)) {
        say.accept("server " + server + ": " + hidden);
      }
    }
    return kind == Kind.RESOURCE && catalog.offer(kind, server, items);
  }

  private void drifted(Kind kind, String name, String where) {
    if (isNews(kind + " " + name + " " + where)) {
      String what = kind.key() + " " + name;
      say.accept(
          "server "
              + server
              + ": "
              + what
              + " is not as it was reviewed (changed at "
              + where
              + "), and denied. A person reads the change with: "
              + review.typed(LIVE));
      journal.drift(server, name, "changed at " + where);
    }
  }

  /** Once for each thing that is wrong: a server could list itself without end. */
  private synchronized boolean isNews(String what) {
    return told.size() <= 100 && told.add(what);
  }

  private static String pointers(List<String> where) {
    List<String> pointers = where.stream().map(p -> p.isEmpty() ? "its root" : p).toList();
    return String.join(", ", pointers);
  }

  @Override
  public synchronized Optional<Refusal> refusal(Recorded call) {
    Recorded.Target target = call.target();
    Live said = live.get(target.kind());
    List<String> where = said == null ? null : said.changed.get(target.name());
    if (where == null && target.kind() == Kind.RESOURCE && live.containsKey(Kind.TEMPLATE)) {
      where = live.get(Kind.TEMPLATE).changed.get(target.name()); // completion of a template
    }
    if (where != null) {
      return refused(
          Journal.Outcome.DRIFTED,
          "denied: what server "
              + server
              + " says of "
              + target.publicName()
              + " is not what was reviewed (changed at "
              + pointers(where)
              + "). A person reads the change with: "
              + review.typed(LIVE));
    }
    boolean gone = target.kind().isNamed() && (said == null || !said.names.contains(target.name()));
    return gone
        ? refused(
            Journal.Outcome.NOT_OFFERED,
            "server " + server + " does not offer " + target.publicName() + " at present")
        : Optional.empty();
  }

  private static Optional<Refusal> refused(Journal.Outcome outcome, String text) {
    return Optional.of(new Refusal(outcome, Optional.of(text)));
  }

  @Override
  public Optional<String> definition(Recorded.Target target) {
    Optional<Definition> found = locked.find(subject(target.kind()), target.name());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    String key = target.kind() + " " + target.name();
    return Optional.of(digests.computeIfAbsent(key, name -> found.get().digest()));
  }

  @Override
  public synchronized String text() {
    int changed = 0;
    int extra = 0;
    for (Map.Entry<Kind, Live> kind : live.entrySet()) {
      changed += kind.getValue().changed.size();
      extra += kind.getKey() == Kind.RESOURCE ? 0 : kind.getValue().extra.size();
    }
    return (changed == 0 ? "" : "; " + changed + " definitions changed since the review: denied")
        + (extra == 0 ? "" : "; " + extra + " that nobody reviewed are hidden");
  }
}
