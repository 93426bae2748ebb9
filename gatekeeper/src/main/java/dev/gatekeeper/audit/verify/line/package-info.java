/**
 * Lines of a log as the verifier reads them: segments, blocks, one line taken apart, its hash.
 *
 * <p>Invariant: a record has one spelling, and what is not spelled so is no record.
 */
@NullMarked
package dev.gatekeeper.audit.verify.line;

import org.jspecify.annotations.NullMarked;
