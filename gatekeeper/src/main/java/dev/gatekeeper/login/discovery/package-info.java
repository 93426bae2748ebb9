/**
 * Which authorization server speaks for a remote server: RFC 9728, RFC 8414, OpenID Connect
 * Discovery 1.0.
 */
@NullMarked
package dev.gatekeeper.login.discovery;

import org.jspecify.annotations.NullMarked;
