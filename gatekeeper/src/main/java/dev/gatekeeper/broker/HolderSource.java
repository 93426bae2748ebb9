package dev.gatekeeper.broker;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.holder.HolderClient;
import dev.gatekeeper.holder.HolderException;
import dev.gatekeeper.source.Source;
import dev.gatekeeper.source.SourceException;
import dev.gatekeeper.vault.key.SecretValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Values for one entry, one by one, from the process that holds the vault's key. */
final class HolderSource implements Source {
  private final HolderClient holder;
  private final String project;
  private final String entry;
  private final String prefix;
  private final long generation;
  private final Map<Reference, List<Long>> grants = new TreeMap<>();

  /**
   * @param prefix of a name in its questions, by which it tells one vault from the other
   * @param generation of the vault, when the holder said that it gives what the entry needs
   */
  HolderSource(HolderClient holder, String project, String entry, String prefix, long generation) {
    this.holder = holder;
    this.project = project;
    this.entry = entry;
    this.prefix = prefix;
    this.generation = generation;
  }

  @Override
  public String name() {
    return "holder";
  }

  @Override
  public OptionalLong generation() {
    return OptionalLong.of(generation);
  }

  /** Was asked when this was made. */
  @Override
  public void require(Reference reference) {}

  @Override
  public void granted(Reference reference, long n) {
    grants.computeIfAbsent(reference, none -> new ArrayList<>()).add(n);
  }

  @Override
  public SecretValue reveal(Reference reference) throws SourceException {
    try {
      List<Long> all = Optional.ofNullable(grants.remove(reference)).orElse(List.of());
      return holder.reveal(project, entry, prefix + reference.name(), all);
    } catch (HolderException e) {
      throw new SourceException("the key holder gives no value: " + e.getMessage(), e.hint());
    }
  }

  @Override
  public String renewal(Reference reference) {
    return "gatekeeper vault put " + (prefix.isEmpty() ? "" : "--team ") + reference.name();
  }
}
