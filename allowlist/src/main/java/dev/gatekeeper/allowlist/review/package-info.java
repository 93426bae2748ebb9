/**
 * What a person should know before trusting a list.
 *
 * <p>Invariant: judged from the text alone; nothing that looks like a secret is repeated.
 */
@NullMarked
package dev.gatekeeper.allowlist.review;

import org.jspecify.annotations.NullMarked;
