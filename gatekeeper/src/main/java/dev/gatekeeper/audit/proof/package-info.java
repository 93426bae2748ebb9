/**
 * Proofs about a log for somebody who does not have it: that a record is in it, that it only grew.
 *
 * <p>Invariant: what is handed out was checked against a signed checkpoint first; tiles are a copy
 * that may be wrong, and a wrong one yields no proof.
 */
@NullMarked
package dev.gatekeeper.audit.proof;

import org.jspecify.annotations.NullMarked;
