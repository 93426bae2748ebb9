package dev.gatekeeper.cli;

import picocli.CommandLine.Command;

/** {@code gatekeeper allowlist}: keep the list. */
@Command(
    description = "Keep the list of what is allowed.",
    subcommands = {AllowListTrustCommand.class})
final class AllowListCommand {}
