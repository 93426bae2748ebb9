/** Small MCP servers that the demo and the tests stand behind the gatekeeper. */
@NullMarked
package dev.gatekeeper.examples;

import org.jspecify.annotations.NullMarked;
