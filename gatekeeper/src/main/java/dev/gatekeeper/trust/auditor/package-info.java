/**
 * Those who may check the log's MACs besides the person, as the trust store has them.
 *
 * <p>Invariant: an auditor is a public key to which something can be sealed, under a name of its
 * own, and none that is the person's.
 */
@NullMarked
package dev.gatekeeper.trust.auditor;

import org.jspecify.annotations.NullMarked;
