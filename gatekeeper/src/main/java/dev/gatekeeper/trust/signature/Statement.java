package dev.gatekeeper.trust.signature;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * What a reviewer signs: that this list with this lock is good for this folder of this repository.
 * It cannot be carried to another repository or folder, nor set against a later one: statements are
 * numbered, and one that is not above what a person trusted last counts for nothing.
 *
 * @param project the repository's root commit, hexadecimal
 * @param path of the project's folder within the repository, {@code .} for its root
 * @param number from 1
 * @param list {@code sha256:} and hexadecimal
 * @param lock the same of the lock; empty where there is none
 */
public record Statement(
    String project, String path, long number, String list, Optional<String> lock) {
  /** What the signatures are for; no other program signs for it. */
  public static final String NAMESPACE = "gatekeeper-allowlist";

  /** The bytes that are signed: six lines, each ended by LF. */
  public byte[] bytes() {
    return ("gatekeeper-allowlist/1\n"
            + "project "
            + project
            + "\npath "
            + path
            + "\nnumber "
            + number
            + "\nlist "
            + list
            + "\nlock "
            + lock.orElse("none")
            + "\n")
        .getBytes(UTF_8);
  }
}
