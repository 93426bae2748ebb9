package dev.gatekeeper.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code gatekeeper demo}: the main job as a story, on made-up data. Every step is the real
 * command, as a process of its own; the agent's side is the real {@code serve} with two real
 * servers behind it.
 */
@Command(
    description = "Show everything on made-up data, in a temporary home: no account, no network.")
public final class DemoCommand implements Callable<Integer> {
  /** Looks made up, and is. */
  private static final String KEY = "made-up-weather-key-7Qx2vN9d";

  private static final String TOKEN = "made-up-token-Zk81mWq4Rt";

  private final Console console;
  private final PrintStream out;

  @Option(names = "--keep", description = "Leave the temporary home, to look around in.")
  private boolean keep;

  public DemoCommand(Console console) {
    this.console = console;
    this.out = console.out();
  }

  @Override
  public Integer call() throws Exception {
    try (DemoStage stage = DemoStage.set(console, keep)) {
      out.println("Everything below happens in " + stage.folder() + ", on made-up data.");
      adopt(stage);
      byte[] heard = work(stage);
      lookBack(stage);
      tamper(stage);
      out.println();
      out.println(
          "The agent has read %,d bytes in all. The key and the token were not among them."
              .formatted(heard.length));
      if (keep) {
        out.println("The folder stays: " + stage.folder());
      }
      return 0;
    }
  }

  private void adopt(DemoStage stage) throws IOException, InterruptedException, CommandFailure {
    scene("A person makes a vault and puts two secrets into it");
    stage.must("", "vault", "init");
    stage.must(KEY, "vault", "put", "weather/key");
    stage.must(TOKEN, "vault", "put", "leaky/token");

    scene("The repository has a list of what its agents may use");
    Path list = stage.writeList();
    Files.readString(list).lines().forEach(line -> out.println("    " + line));

    scene("What its servers say of themselves is written down for review; a person trusts both");
    stage.must("", "allowlist", "lock", "--yes");
    stage.must("", "allowlist", "trust", "--yes");
  }

  /** The agent's side; returns every byte that the agent has read. */
  private byte[] work(DemoStage stage) throws IOException, CommandFailure {
    try (DemoAgent agent = stage.agent()) {
      scene("The agent starts `gatekeeper serve`, its only MCP server, and asks what there is");
      agent.initialize();
      List<String> tools = agent.tools();
      tools.forEach(tool -> out.println("    " + Console.printable(tool)));
      demand(
          tools.contains("weather__get_forecast") && !tools.contains("weather__close_station"),
          "the tools of the list");
      out.println("`close_station` is not on the list, so it does not exist.");

      scene("It calls an allowed tool: the server signs with the key that only it was given");
      demand(!call(agent, "weather__get_forecast", "{\"city\":\"Bergen\"}").failed(), "a forecast");

      scene("It calls the tool that does not exist, and one that nobody ever heard of");
      demand(call(agent, "weather__close_station", "{\"city\":\"Bergen\"}").failed(), "a denial");
      demand(call(agent, "weather__no_such_tool", "{}").failed(), "a denial");

      scene("Another server tries to leak its token: whole, in base64, as a key, in an error");
      String everything =
          call(agent, "leaky__read_environment", "{}").text()
              + call(agent, "leaky__spell_token", "{}").text()
              + call(agent, "leaky__fail_with_token", "{}").text()
              + call(agent, "leaky__shout_token", "{}").text();
      demand(everything.contains("[secret:leaky/token]"), "a masked token");
      String heard = agent.heard();
      demand(!heard.contains(TOKEN) && !heard.contains(KEY), "nothing but masked secrets");
      return heard.getBytes(UTF_8);
    }
  }

  private DemoAgent.Answer call(DemoAgent agent, String tool, String arguments)
      throws IOException, CommandFailure {
    out.println("  agent> " + tool + " " + arguments);
    DemoAgent.Answer answer = agent.call(tool, arguments);
    answer.text().lines().forEach(line -> out.println("    " + Console.printable(line)));
    return answer;
  }

  private void lookBack(DemoStage stage) throws IOException, InterruptedException, CommandFailure {
    scene("Every call, denial and grant is in the record, written before it took effect");
    stage.must("", "audit", "show");
    stage.must("", "audit", "verify");
  }

  private void tamper(DemoStage stage) throws IOException, InterruptedException, CommandFailure {
    scene("Somebody alters one byte of the record: the denial of close_station becomes another's");
    stage.alterOneByte("close_station\"");
    int status = stage.show("", "audit", "verify");
    demand(status == CommandFailure.NO, "a verdict against the altered record");
  }

  private void scene(String title) {
    out.println();
    out.println("== " + title);
    out.flush();
  }

  private static void demand(boolean truth, String what) throws CommandFailure {
    if (!truth) {
      throw CommandFailure.cannotJudge(
          "the demo did not get what it should: " + what, "gatekeeper demo --keep");
    }
  }
}
