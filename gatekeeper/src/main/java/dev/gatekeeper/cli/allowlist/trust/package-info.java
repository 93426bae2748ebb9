/**
 * The acts by which a person grants: trust, approve, accept, sign.
 *
 * <p>Invariant: what widens power is shown first, and asks for what an agent does not have.
 */
@NullMarked
package dev.gatekeeper.cli.allowlist.trust;

import org.jspecify.annotations.NullMarked;
