/**
 * Calls that wait for a person: what is asked, the answer, and its single use.
 *
 * <p>Invariant: a call passes once at most for each time that a person read exactly what this
 * session asked and gave the passphrase; no file that an agent writes, alters, copies or puts back
 * makes one.
 */
@NullMarked
package dev.gatekeeper.trust.approval;

import org.jspecify.annotations.NullMarked;
