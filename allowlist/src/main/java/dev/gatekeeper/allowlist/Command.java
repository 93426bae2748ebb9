package dev.gatekeeper.allowlist;

import dev.gatekeeper.allowlist.arguments.Rule;
import java.util.Optional;

/**
 * A program that {@code run NAME} starts.
 *
 * @param arguments rule for the array of further arguments; without one there are none
 */
public record Command(String name, Review review, Program program, Optional<Rule> arguments) {}
