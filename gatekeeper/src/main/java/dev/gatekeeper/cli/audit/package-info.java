/**
 * {@code gatekeeper audit}: one file a command.
 *
 * <p>Invariant: nothing here judges a log; it asks and prints.
 */
@NullMarked
package dev.gatekeeper.cli.audit;

import org.jspecify.annotations.NullMarked;
