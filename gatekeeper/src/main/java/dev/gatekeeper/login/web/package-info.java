/**
 * What discovery and grants stand on: one bounded request, the addresses that may be asked, the
 * JSON that comes back.
 */
@NullMarked
package dev.gatekeeper.login.web;

import org.jspecify.annotations.NullMarked;
