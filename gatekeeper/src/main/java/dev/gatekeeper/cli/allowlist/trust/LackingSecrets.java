package dev.gatekeeper.cli.allowlist.trust;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.reference.Scheme;
import dev.gatekeeper.vault.SecretInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a person types next: who has just cloned a repository has none of its secrets. */
final class LackingSecrets {
  private LackingSecrets() {}

  /** A line for each secret that an entry of the list names, and the vault does not have. */
  static List<String> of(AllowList list, List<SecretInfo> vault) {
    Set<String> known =
        vault.stream().map(SecretInfo::name).collect(Collectors.toUnmodifiableSet());
    List<String> lacking = new ArrayList<>();
    for (Server server : list.servers().values()) {
      add(lacking, server.name(), server.secrets(), known);
    }
    for (Command command : list.commands().values()) {
      add(lacking, command.name(), new TreeSet<>(command.program().references()), known);
    }
    return lacking;
  }

  private static void add(
      List<String> lacking, String entry, SortedSet<Reference> secrets, Set<String> known) {
    for (Reference secret : secrets) {
      if (secret.scheme().equals(Scheme.SECRET.word()) && !known.contains(secret.name())) {
        String next =
            secret.name().startsWith(OAuth.FOLDER)
                ? "login " + entry
                : "vault put " + secret.name();
        lacking.add(entry + " needs " + secret + ": gatekeeper " + next);
      }
    }
  }
}
