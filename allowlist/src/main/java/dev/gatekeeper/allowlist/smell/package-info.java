/**
 * What in foreign text a person should look at before it is shown to a model.
 *
 * <p>Invariant: it points out and never decides; nothing is denied or allowed because of it.
 */
@NullMarked
package dev.gatekeeper.allowlist.smell;

import org.jspecify.annotations.NullMarked;
