/**
 * Rules for the arguments of a call: a closed subset of JSON Schema 2020-12 with a few keywords of
 * our own.
 *
 * <p>Invariant: a rule that holds anything we do not judge never loads; arguments that a rule does
 * not name, or that two readers could read in two ways, never pass it.
 */
@NullMarked
package dev.gatekeeper.allowlist.arguments;

import org.jspecify.annotations.NullMarked;
