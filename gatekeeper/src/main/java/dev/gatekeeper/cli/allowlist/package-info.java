/**
 * {@code gatekeeper allowlist}: what a list is, said to a person or to CI.
 *
 * <p>Invariant: it reads alone: nothing is written, started or asked here.
 */
@NullMarked
package dev.gatekeeper.cli.allowlist;

import org.jspecify.annotations.NullMarked;
