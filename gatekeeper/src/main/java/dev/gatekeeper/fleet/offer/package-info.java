/**
 * What a server offers: as it was reviewed, as it lists itself, or as it is surveyed.
 *
 * <p>Invariant: the agent sees what was reviewed, or what an entry says nobody can; a call whose
 * definition is not that one goes nowhere.
 */
@NullMarked
package dev.gatekeeper.fleet.offer;

import org.jspecify.annotations.NullMarked;
