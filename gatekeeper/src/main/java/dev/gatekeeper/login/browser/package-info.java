/** The person's browser, and the loopback address to which it comes back (RFC 8252). */
@NullMarked
package dev.gatekeeper.login.browser;

import org.jspecify.annotations.NullMarked;
