/**
 * Turns the references of an entry into values for one launch.
 *
 * <p>Invariant: a value reaches only the server and the variable that a trusted entry names.
 */
@NullMarked
package dev.gatekeeper.broker;

import org.jspecify.annotations.NullMarked;
