/**
 * The end of the chain: the file that lines go to, and what the appender remembers.
 *
 * <p>Invariant: one slot of the state is whole on the disk at any moment, and the MAC key of a line
 * is overwritten when the line is made.
 */
@NullMarked
package dev.gatekeeper.audit.chain;

import org.jspecify.annotations.NullMarked;
