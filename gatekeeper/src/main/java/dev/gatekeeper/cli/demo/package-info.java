/**
 * {@code gatekeeper demo}: the main job as a story, on made-up data.
 *
 * <p>Invariant: everything happens in a temporary folder, by the real commands.
 */
@NullMarked
package dev.gatekeeper.cli.demo;

import org.jspecify.annotations.NullMarked;
