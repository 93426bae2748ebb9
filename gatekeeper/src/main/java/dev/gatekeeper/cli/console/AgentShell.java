package dev.gatekeeper.cli.console;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells whether a command was started by a coding agent. A hurdle and never a proof: an agent that
 * wants to unsets a variable and leaves its ancestors by {@code setsid}. It keeps an obedient one
 * from typing what only a person should, and from asking a person to type into its own window.
 */
final class AgentShell {
  /** Set by agents in the shells that they run. */
  private static final List<String> VARIABLES =
      List.of(
          "CLAUDECODE",
          "CLAUDE_CODE_SESSION_ID",
          "AI_AGENT",
          "CODEX_SANDBOX",
          "CURSOR_AGENT",
          "GEMINI_CLI",
          "OPENCODE");

  private static final Set<String> PROGRAMS =
      Set.of("claude", "codex", "cursor-agent", "gemini", "goose", "opencode");

  private static final Pattern PACKAGE =
      Pattern.compile("@anthropic-ai/claude-code|@openai/codex|@google/gemini-cli|opencode-ai");

  private static final int MAX_ANCESTORS = 64; // deeper chains are not made by hand

  private AgentShell() {}

  /** What speaks for an agent, in words; empty where nothing does. */
  static Optional<String> detect(Map<String, String> environment) {
    return detectByVariable(environment).or(() -> ancestor(ProcessHandle.current()));
  }

  /** What the environment says, without looking at the processes above. */
  static Optional<String> detectByVariable(Map<String, String> environment) {
    return VARIABLES.stream()
        .filter(name -> !environment.getOrDefault(name, "").isEmpty())
        .findFirst()
        .map(name -> "the variable " + name + " is set");
  }

  static Optional<String> ancestor(ProcessHandle process) {
    Optional<ProcessHandle> at = process.parent();
    for (int i = 0; i < MAX_ANCESTORS && at.isPresent(); i++) {
      ProcessHandle.Info info = at.get().info();
      String command = info.command().orElse("").replaceFirst(".*/", "");
      if (PROGRAMS.contains(command) || PACKAGE.matcher(info.commandLine().orElse("")).find()) {
        return Optional.of("process " + at.get().pid() + " above it is a coding agent");
      }
      at = at.get().parent();
    }
    return Optional.empty();
  }
}
