/** How a token is asked for: RFC 6749, 7591, 7636, 8707, 9207, 7009. */
@NullMarked
package dev.gatekeeper.login.grant;

import org.jspecify.annotations.NullMarked;
