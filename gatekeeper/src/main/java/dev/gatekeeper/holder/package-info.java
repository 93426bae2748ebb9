/**
 * The process that holds the vault's key for a while, what it is asked, and the switch that ends
 * it.
 *
 * <p>Invariant: it gives single values, for entries of a list in force and grants in the log, until
 * its time is over; it never gives the key, nor presence.
 */
@NullMarked
package dev.gatekeeper.holder;

import org.jspecify.annotations.NullMarked;
