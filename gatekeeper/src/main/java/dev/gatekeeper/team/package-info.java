/**
 * The vault that a repository carries, shared by a team through git.
 *
 * <p>Invariant: a file counts only where somebody wrote it whom this person has accepted, or whom
 * such a one has vouched for, and who has not been removed since; nobody who was removed can open
 * what is written afterwards.
 */
@NullMarked
package dev.gatekeeper.team;

import org.jspecify.annotations.NullMarked;
