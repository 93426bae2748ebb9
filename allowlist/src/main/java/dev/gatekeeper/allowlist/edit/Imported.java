package dev.gatekeeper.allowlist.edit;

import java.util.List;

/**
 * What became of a foreign configuration.
 *
 * @param drafts the entries that could be written
 * @param differences in the order of the foreign file
 * @param secrets names to put into the vault before the servers can start
 */
public record Imported(List<Draft> drafts, List<Difference> differences, List<String> secrets) {
  public Imported {
    drafts = List.copyOf(drafts);
    differences = List.copyOf(differences);
    secrets = List.copyOf(secrets);
  }
}
