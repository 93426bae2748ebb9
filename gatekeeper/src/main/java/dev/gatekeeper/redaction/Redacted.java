package dev.gatekeeper.redaction;

import dev.gatekeeper.json.Slice;
import java.util.Set;

/**
 * A message from which values were taken out.
 *
 * @param json the edited message, valid JSON; every byte outside the edits is as it was
 * @param edits how many places were masked, at least 1
 * @param references labels of the values that stood there
 * @param merges whether masking left an object with two members of one name, as one value in two
 *     forms does: no reader can tell them apart
 * @param reshapes whether a number became a string, or a member has another name now
 */
public record Redacted(
    Slice json, int edits, Set<String> references, boolean merges, boolean reshapes) {}
