/**
 * What a command may know of the process around it, and how it fails.
 *
 * <p>Invariant: no command reads or writes anything of the process but through {@code Console}.
 */
@NullMarked
package dev.gatekeeper.cli.console;

import org.jspecify.annotations.NullMarked;
