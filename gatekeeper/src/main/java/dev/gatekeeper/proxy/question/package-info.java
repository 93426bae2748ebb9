/**
 * What is asked at the client: by servers, and by us of the person there.
 *
 * <p>Invariant: an answer goes to the one question that it is for; a question that nobody waits for
 * is taken back.
 */
@NullMarked
package dev.gatekeeper.proxy.question;

import org.jspecify.annotations.NullMarked;
