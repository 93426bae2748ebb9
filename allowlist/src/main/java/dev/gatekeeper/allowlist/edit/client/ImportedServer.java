package dev.gatekeeper.allowlist.edit.client;

import dev.gatekeeper.allowlist.edit.Draft;
import java.util.List;
import java.util.Optional;

/**
 * What became of one server of a client.
 *
 * @param foreignName its name there, escaped
 * @param draft the entry; empty where a list cannot say it, and the differences say why
 * @param secrets what must be in the vault before it can start
 */
public record ImportedServer(
    String foreignName,
    Optional<Draft> draft,
    List<Difference> differences,
    List<NeededSecret> secrets) {
  public ImportedServer {
    differences = List.copyOf(differences);
    secrets = List.copyOf(secrets);
  }

  /** The same without its entry, for one more reason. */
  ImportedServer leftOut(String why, String fix) {
    List<Difference> more = new java.util.ArrayList<>(differences);
    more.add(new Difference(foreignName, "not imported: " + why, fix));
    return new ImportedServer(foreignName, Optional.empty(), more, List.of());
  }
}
