/** {@code gatekeeper login} and {@code gatekeeper logout}. */
@NullMarked
package dev.gatekeeper.cli.login;

import org.jspecify.annotations.NullMarked;
