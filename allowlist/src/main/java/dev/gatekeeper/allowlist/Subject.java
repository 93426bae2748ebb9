package dev.gatekeeper.allowlist;

import java.util.List;
import java.util.Optional;

/** What is judged. Names and URIs are the server's own, without the {@code server__} prefix. */
public sealed interface Subject {
  /** The entry that is asked. */
  String server();

  /**
   * {@code tools/call}. The arguments are the JSON text as it will be sent; absent counts as empty.
   */
  record ToolCall(String server, String tool, Optional<byte[]> arguments) implements Subject {}

  /** {@code prompts/get}. */
  record PromptGet(String server, String prompt) implements Subject {}

  /** {@code resources/read}, {@code resources/subscribe}, {@code resources/unsubscribe}. */
  record ResourceRead(String server, String uri) implements Subject {}

  /** {@code completion/complete} for an argument of a prompt. */
  record PromptCompletion(String server, String prompt) implements Subject {}

  /** {@code completion/complete} for a variable of a resource template. */
  record TemplateCompletion(String server, String uriTemplate) implements Subject {}

  /** A request from the server to the agent. */
  record ServerRequest(String server, String method) implements Subject {}

  /** One element of a list: its name, or the URI or URI template of a resource. */
  record Listing(String server, Kind kind, String name) implements Subject {}

  /** A method that this program does not know, in either direction. */
  record UnknownMethod(String server, String method) implements Subject {}

  /** {@code run NAME}: the entry is a command, and these are the further arguments. */
  record CommandRun(String server, List<String> arguments) implements Subject {
    public CommandRun {
      arguments = List.copyOf(arguments);
    }
  }

  /** What a list holds. */
  enum Kind {
    TOOL,
    PROMPT,
    RESOURCE,
    TEMPLATE
  }
}
