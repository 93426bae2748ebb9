package dev.gatekeeper.cli.allowlist;

import dev.gatekeeper.cli.allowlist.client.AllowListImportCommand;
import dev.gatekeeper.cli.allowlist.edit.AllowListAddCommand;
import dev.gatekeeper.cli.allowlist.edit.AllowListRequestsCommand;
import dev.gatekeeper.cli.allowlist.lock.AllowListInstallCommand;
import dev.gatekeeper.cli.allowlist.lock.AllowListLockCommand;
import dev.gatekeeper.cli.allowlist.review.AllowListDiffCommand;
import dev.gatekeeper.cli.allowlist.review.AllowListSuggestCommand;
import dev.gatekeeper.cli.allowlist.trust.AllowListAcceptCommand;
import dev.gatekeeper.cli.allowlist.trust.AllowListApproveCommand;
import dev.gatekeeper.cli.allowlist.trust.AllowListSignCommand;
import dev.gatekeeper.cli.allowlist.trust.AllowListTrustCommand;
import picocli.CommandLine.Command;

/** {@code gatekeeper allowlist}: keep the list. */
@Command(
    description = "Keep the list of what is allowed.",
    subcommands = {
      AllowListAddCommand.class,
      AllowListImportCommand.class,
      AllowListInstallCommand.class,
      AllowListDiffCommand.class,
      AllowListSuggestCommand.class,
      AllowListShowCommand.class,
      AllowListCheckCommand.class,
      AllowListLockCommand.class,
      AllowListTrustCommand.class,
      AllowListAcceptCommand.class,
      AllowListApproveCommand.class,
      AllowListRequestsCommand.class,
      AllowListSignCommand.class,
      AllowListSchemaCommand.class
    })
public final class AllowListCommand {}
