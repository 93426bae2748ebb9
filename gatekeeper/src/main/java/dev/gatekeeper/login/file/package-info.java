/** Tokens at rest: sealed files under a key that lies in the vault. */
@NullMarked
package dev.gatekeeper.login.file;

import org.jspecify.annotations.NullMarked;
