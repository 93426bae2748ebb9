/**
 * SSH signatures of lists: who signed what, and whether that is enough.
 *
 * <p>Invariant: a signature counts only for the statement, the namespace and the keys that it was
 * made for.
 */
@NullMarked
package dev.gatekeeper.trust.signature;

import org.jspecify.annotations.NullMarked;
