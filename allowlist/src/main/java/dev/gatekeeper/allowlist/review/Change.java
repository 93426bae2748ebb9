package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.smell.Smell;
import java.util.List;

/**
 * One difference between two lists, in terms of what it grants.
 *
 * @param entry the entry's title, e.g. {@code server github}; {@code the list} for what is about
 *     all entries
 * @param words what changed, in words of ours
 * @param subject what the words end with: the tool, or the place in its definition; foreign text,
 *     empty where there is none
 * @param before what was written before, and not after; quotes the list as it is, so that whoever
 *     shows it escapes it
 * @param after what is written now, likewise
 * @param smells of the text that is new
 */
public record Change(
    Effect effect,
    Topic topic,
    String entry,
    String words,
    String subject,
    List<String> before,
    List<String> after,
    List<Smell> smells) {
  public Change {
    before = List.copyOf(before);
    after = List.copyOf(after);
    smells = List.copyOf(smells);
  }

  /** What it does to the power of the agent and of the servers. */
  public enum Effect {
    /** More may happen than before; or it cannot be told. */
    GRANTS,
    /** Less may happen than before. */
    REMOVES,
    /** The same may happen as before. */
    NOTHING
  }

  /** What it is about; the gravest first. */
  public enum Topic {
    SERVER,
    COMMAND,
    PROGRAM,
    PIN,
    ADDRESS,
    SECRET,
    VARIABLE,
    REDACTION,
    SANDBOX,
    TOOL,
    PROMPT,
    RESOURCE,
    ARGUMENTS,
    REQUEST,
    METHOD,
    DEFINITION,
    LOCKING,
    ACKNOWLEDGEMENT,
    EXPIRY,
    LIFETIME,
    TIMEOUT,
    LIMIT,
    PERSONAL,
    REVIEW
  }
}
