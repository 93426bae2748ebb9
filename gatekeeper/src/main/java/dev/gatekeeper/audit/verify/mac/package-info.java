/**
 * MACs of the log as the verifier checks them, with the keys that somebody can open.
 *
 * <p>Invariant: a MAC is checked with the key that its own record's place gives it, or is said not
 * to be checked.
 */
@NullMarked
package dev.gatekeeper.audit.verify.mac;

import org.jspecify.annotations.NullMarked;
