package dev.gatekeeper.cli.allowlist;

import dev.gatekeeper.allowlist.review.ListSchema;
import dev.gatekeeper.cli.console.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code gatekeeper allowlist schema}: the JSON Schema of the format, for editors. */
@Command(name = "schema", description = "Print the JSON Schema of allowlist.json, for editors.")
final class AllowListSchemaCommand implements Callable<Integer> {
  private final Console console;

  AllowListSchemaCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    console.out().print(ListSchema.text());
    return 0;
  }
}
