/**
 * The confinement of a server's process.
 *
 * <p>Invariant: a server whose entry asks for a sandbox runs within one, or not at all.
 */
@NullMarked
package dev.gatekeeper.sandbox;

import org.jspecify.annotations.NullMarked;
