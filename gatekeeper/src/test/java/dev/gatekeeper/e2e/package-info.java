/**
 * The built program with real peers: the real Claude Code, the clients of two SDKs, npm servers,
 * and servers that misbehave, each a process. These tests run after the jar is built.
 */
@NullMarked
package dev.gatekeeper.e2e;

import org.jspecify.annotations.NullMarked;
