package dev.gatekeeper.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.wire.FrameReader;
import dev.gatekeeper.wire.FrameWriter;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.Message;
import dev.gatekeeper.wire.WireLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The demo's agent: an MCP client that asks one thing at a time and keeps what it hears. */
final class DemoAgent implements AutoCloseable {
  /** What a call brought: the text for the model, or of the error. */
  record Answer(boolean failed, String text) {}

  private final Process serve;
  private final FrameReader in;
  private final FrameWriter out;
  private final StringBuilder heard = new StringBuilder();
  private int lastId;

  DemoAgent(Process serve) {
    this.serve = serve;
    this.in = new FrameReader(serve.getInputStream(), WireLimits.DEFAULT);
    this.out = new FrameWriter(serve.getOutputStream());
  }

  void initialize() throws IOException, CommandFailure {
    ask(
        "initialize",
        """
        {"protocolVersion":"2025-11-25","capabilities":{},\
        "clientInfo":{"name":"demo","version":"1"}}\
        """);
    out.write(Answers.notification("notifications/initialized", "{}".getBytes(UTF_8)));
  }

  /** The names of all tools that there are, once the servers behind have been listed. */
  List<String> tools() throws IOException, CommandFailure {
    List<String> names = listed();
    while (names.stream().noneMatch(name -> name.startsWith("weather__"))
        || names.stream().noneMatch(name -> name.startsWith("leaky__"))) {
      awaitChange();
      names = listed();
    }
    return names;
  }

  private List<String> listed() throws IOException, CommandFailure {
    try {
      Slice result = result(ask("tools/list", "{}"));
      List<String> names = new ArrayList<>();
      for (Slice tool : member(result, "tools").elements()) {
        names.add(member(tool, "name").string());
      }
      return names;
    } catch (MalformedException e) {
      throw new IOException("an answer that is no list of tools", e);
    }
  }

  Answer call(String tool, String arguments) throws IOException, CommandFailure {
    Message.Response response =
        ask("tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    try {
      if (response.error().isPresent()) {
        return new Answer(true, member(response.error().get(), "message").string());
      }
      Slice result = result(response);
      StringBuilder text = new StringBuilder();
      for (Slice block : member(result, "content").elements()) {
        Optional<Slice> said = block.members().get("text");
        said.ifPresent(words -> text.append(words.string()).append('\n'));
      }
      result
          .members()
          .get("structuredContent")
          .ifPresent(content -> text.append(new String(content.toBytes(), UTF_8)));
      boolean failed = result.members().get("isError").map(Slice::isTrue).orElse(false);
      return new Answer(failed, text.toString());
    } catch (MalformedException e) {
      throw new IOException("an answer that is no result of a tool", e);
    }
  }

  /** Every message so far, as text. */
  String heard() {
    return heard.toString();
  }

  private Message.Response ask(String method, String params) throws IOException, CommandFailure {
    String id = String.valueOf(++lastId);
    out.write(Answers.request(lastId, method, params.getBytes(UTF_8)));
    while (true) {
      if (next() instanceof Message.Response response
          && new String(response.id().toBytes(), UTF_8).equals(id)) {
        return response;
      }
    }
  }

  private void awaitChange() throws IOException, CommandFailure {
    while (!(next() instanceof Message.Notification note
        && note.method().equals("notifications/tools/list_changed"))) {}
  }

  private Message next() throws IOException, CommandFailure {
    while (true) {
      switch (in.next()) {
        case Incoming.Received(Message message) -> {
          heard.append(new String(message.whole().toBytes(), UTF_8)).append('\n');
          return message;
        }
        case Incoming.End _ ->
            throw CommandFailure.cannotJudge("serve ended early", "gatekeeper demo --keep");
        case Incoming.Oversize _, Incoming.Malformed _, Incoming.Batch _, Incoming.NotJson _ ->
            throw new IOException("serve wrote a line that is no message");
      }
    }
  }

  private static Slice result(Message.Response response) throws IOException {
    return response.result().orElseThrow(() -> new IOException("an error for an answer"));
  }

  private static Slice member(Slice object, String name) throws IOException, MalformedException {
    return object
        .members()
        .get(name)
        .orElseThrow(() -> new IOException("an answer without " + name));
  }

  /** Ends the input, as an agent that is done does, and gives the program a moment to end. */
  @Override
  public void close() throws IOException {
    serve.getOutputStream().close();
    try {
      if (!serve.waitFor(5, TimeUnit.SECONDS)) {
        serve.destroyForcibly();
      }
    } catch (InterruptedException e) {
      serve.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
