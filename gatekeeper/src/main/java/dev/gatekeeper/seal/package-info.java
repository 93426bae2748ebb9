/**
 * Sealing bytes to a public key (RFC 9180 HPKE, base mode, one suite) and signing them (RFC 8032
 * Ed25519), on the JDK's own primitives.
 *
 * <p>Invariant: what is opened is what was sealed, under the same info and associated data, and
 * what verifies is what was signed; or nothing.
 */
@NullMarked
package dev.gatekeeper.seal;

import org.jspecify.annotations.NullMarked;
