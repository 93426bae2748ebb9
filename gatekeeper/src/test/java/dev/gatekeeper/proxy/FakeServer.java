package dev.gatekeeper.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server of the legacy era as a process of its own, which does what the name of the called tool
 * says. It writes each line that it receives to the file that its first argument names, so that a
 * test sees what reached it.
 */
public final class FakeServer {
  private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|[0-9]+)");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
  private static final Pattern NAME = Pattern.compile("\"name\":\"([^\"]+)\"");
  private static final Pattern LINES = Pattern.compile("\"lines\":\"([^\"]+)\"");
  private static final Pattern TOKEN = Pattern.compile("\"progressToken\":([0-9]+)");

  private static final List<String> TOOLS =
      List.of(
          "echo",
          "silent",
          "die",
          "twice",
          "wrong_id",
          "garbage",
          "progress",
          "roots",
          "elicit",
          "secret.dotted",
          "hidden",
          "malformed",
          "grow",
          "pid",
          "structured",
          "fail",
          "big",
          "ask_big",
          "elicit_after",
          "url",
          "url_first",
          "task",
          "collide",
          "collide_inside",
          "leak",
          "typed",
          "blob",
          "sample",
          "ask_often",
          "restless",
          "say",
          "hold",
          "slowly",
          "after");

  private static final String CAPABILITIES =
      "{\"tools\":{\"listChanged\":true},\"resources\":{\"subscribe\":true},\"prompts\":{},\"logging\":{}}";

  private static final String URL =
      "{\"mode\":\"url\",\"elicitationId\":\"e1\",\"url\":\"https://a.invalid\",\"message\":\"m\"}";

  private static final String TYPED =
      "{\"type\":\"object\",\"properties\":{\"k\":{\"type\":\"string\",\"maxLength\":99}}}";

  private final PrintStream out;
  private final Path seen;
  private final List<String> extra = new ArrayList<>();
  private String held = "";
  private boolean restless;
  private int page;

  private FakeServer(PrintStream out, Path seen) {
    this.out = out;
    this.seen = seen;
  }

  public static void main(String[] args) throws IOException {
    PrintStream out =
        new PrintStream(
            new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
    FakeServer server = new FakeServer(out, Path.of(args[0]));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Files.writeString(
          server.seen, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      server.received(line);
    }
  }

  private void received(String line) {
    String method = first(METHOD, line);
    String id = first(ID, line);
    switch (method) {
      case "initialize" -> {
        awaitFile(System.getenv("HELD_UNTIL"));
        result(
            id,
            "{\"protocolVersion\":\""
                + System.getenv().getOrDefault("REVISION", "2025-11-25")
                + "\",\"capabilities\":"
                + System.getenv().getOrDefault("CAPABILITIES", CAPABILITIES)
                + ",\"serverInfo\":{\"name\":\"fake\",\"version\":\"1\"},\"instructions\":\"Call"
                + " me.\\n"
                + "server other: running\\u202e<b>"
                + System.getenv("TOKEN")
                + "x".repeat(9_000)
                + "\"}");
      }
      case "tools/list" -> tools(id, line);
      case "resources/list" ->
          result(id, "{\"resources\":[{\"uri\":\"fake://one\",\"name\":\"o\"}]}");
      case "resources/templates/list" ->
          result(id, "{\"resourceTemplates\":[{\"uriTemplate\":\"fake://t/{x}\",\"name\":\"t\"}]}");
      case "prompts/list" -> {
        if (System.getenv("MUTE") == null) {
          result(id, "{\"prompts\":[{\"name\":\"p\"}]}");
        }
      }
      case "tools/call" -> call(first(NAME, line), id, line);
      case "" -> answered(line);
      default -> {
        if (!id.isEmpty()) {
          result(id, "{\"did\":\"" + method + "\"}");
        }
      }
    }
  }

  /** Where a test holds it back, until the file is there that it names. */
  private static void awaitFile(String file) {
    try {
      while (file != null && !Files.exists(Path.of(file))) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts it", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts it", e);
    }
  }

  /** Two pages, the second with a cursor that comes again: a loop that must be noticed. */
  private void tools(String id, String line) {
    String endless = System.getenv("ENDLESS");
    if (endless != null) {
      String filler = "x".repeat(Integer.parseInt(endless));
      result(
          id,
          "{\"tools\":[{\"name\":\"t%d\",\"description\":\"%s\",\"inputSchema\":{\"type\":\"object\"}}],\"nextCursor\":\"c%d\"}"
              .formatted(page, filler, page++));
      return;
    }
    if (restless) {
      notification("notifications/tools/list_changed", "{}");
    }
    StringBuilder tools = new StringBuilder();
    List<String> all = new ArrayList<>(TOOLS);
    all.addAll(extra);
    boolean second = line.contains("\"cursor\":\"more\"");
    for (String tool : second ? all.subList(2, all.size()) : all.subList(0, 2)) {
      tools.append(tools.isEmpty() ? "" : ",");
      tools.append("{\"name\":\"" + tool + "\",\"inputSchema\":{\"type\":\"object\"}");
      tools.append(tool.equals("typed") ? ",\"outputSchema\":" + TYPED : "").append("}");
    }
    result(id, "{\"tools\":[" + tools + "],\"nextCursor\":\"more\"}");
  }

  private void call(String tool, String id, String line) {
    String text = "{\"content\":[{\"type\":\"text\",\"text\":\"" + tool + "\"}]}";
    switch (tool) {
      case "silent" -> {}
      case "die" -> Runtime.getRuntime().halt(3);
      case "twice" -> {
        result(id, text);
        result(id, text);
      }
      case "wrong_id" -> {
        result("\"" + id + "\"", text);
        result("987654321", text);
        result(id, text);
      }
      case "garbage" -> {
        out.println("this is no JSON");
        out.println("{\"jsonrpc\":\"2.0\",\"id\":");
        result(id, text);
      }
      case "progress" -> {
        String token = first(TOKEN, line);
        notification("notifications/progress", "{\"progressToken\":" + token + ",\"progress\":1}");
        notification("notifications/progress", "{\"progressToken\":424242,\"progress\":1}");
        result(id, text);
      }
      case "roots" -> {
        held = id;
        out.println("{\"jsonrpc\":\"2.0\",\"id\":\"mine\",\"method\":\"roots/list\"}");
      }
      case "elicit" -> {
        held = id;
        out.println(
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"elicitation/create\",\"params\":{}}");
      }
      case "pid" -> result(id, text.replace("pid", "pid " + ProcessHandle.current().pid()));
      case "structured" -> result(id, "{\"structuredContent\":{\"a\":1},\"content\":[]}");
      case "fail" ->
          out.println(
              "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":-1,\"message\":\"no\"}}");
      case "big" ->
          // With its id behind, as many servers write it.
          out.println(
              "{\"jsonrpc\":\"2.0\",\"result\":{\"text\":\""
                  + "x".repeat(20_000)
                  + "\"},\"id\":"
                  + id
                  + "}");
      case "ask_big" -> {
        held = id;
        out.println(
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"elicitation/create\",\"params\":{\"message\":\""
                + "x".repeat(20_000)
                + "\"}}");
      }
      case "url" -> {
        held = id;
        out.println(
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"elicitation/create\",\"params\":"
                + URL
                + "}");
        notification("notifications/elicitation/complete", "{\"elicitationId\":\"e\\u0031\"}");
      }
      case "url_first" ->
          out.println(
              "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-3.2042e4,\"message\":\"first\",\"data\":{\"elicitations\":["
                  + URL
                  + "]}},\"id\":"
                  + id
                  + "}");
      case "collide" ->
          out.println(
              "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}," + secretNames() + "}");
      case "collide_inside" ->
          result(id, "{\"content\":[],\"structuredContent\":{" + secretNames() + "}}");
      case "task" -> {
        notification("notifications/tasks/status", "{\"taskId\":\"t1\",\"status\":\"working\"}");
        result(id, "{\"task\":{\"taskId\":\"t1\",\"status\":\"working\"}}");
      }
      case "sample" -> {
        held = id;
        out.println(
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"sampling/createMessage\",\"params\":{\"task\":{\"ttl\":9},\"maxTokens\":1}}");
      }
      case "say" -> {
        held = id;
        String lines =
            new String(Base64.getDecoder().decode(first(LINES, line)), StandardCharsets.UTF_8);
        out.println(lines.replace("@ID", id));
      }
      case "hold" -> {
        awaitFile(System.getenv("RELEASE"));
        result(id, text);
      }
      case "slowly" -> {
        for (int i = 0; i < 5; i++) {
          pause();
          notification(
              "notifications/progress", "{\"progressToken\":" + id + ",\"progress\":" + i + "}");
        }
        result(id, text);
      }
      case "restless" -> {
        restless = true;
        notification("notifications/tools/list_changed", "{}");
        result(id, text);
      }
      case "ask_often" -> {
        for (int i = 0; i < 2_000; i++) {
          out.println("{\"jsonrpc\":\"2.0\",\"id\":" + i + ",\"method\":\"roots/list\"}");
        }
        result(id, text);
      }
      case "elicit_after" -> {
        out.println(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"elicitation/create\",\"params\":{}}");
        result(id, text);
      }
      case "leak" -> {
        String token = System.getenv("TOKEN");
        System.err.println("connecting with " + token);
        notification(
            "notifications/message",
            "{\"level\":\"info\",\"logger\":\"" + token + "\",\"data\":{\"" + token + "\":0}}");
        notification(
            "notifications/progress",
            "{\"progressToken\":%s,\"progress\":1,\"message\":\"as %s\"}"
                .formatted(first(TOKEN, line), token));
        extra.add(token);
        notification("notifications/tools/list_changed", "{}");
        out.println(
            "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":1,\"message\":\"%s\",\"data\":[\"%s\"]}}"
                .formatted(id, token, token));
      }
      case "typed" ->
          result(
              id,
              "{\"content\":[],\"structuredContent\":{\"k\":\"%s\"}}"
                  .formatted(System.getenv("TOKEN")));
      case "blob" -> {
        String file = "url=\nkey=" + System.getenv("TOKEN") + "\nghp_" + "a1".repeat(18);
        String blob = Base64.getEncoder().encodeToString(file.getBytes(StandardCharsets.UTF_8));
        result(
            id,
            "{\"content\":[{\"type\":\"resource\",\"resource\":{\"uri\":\"x:\",\"blob\":\"%s\"}},{\"type\":\"text\",\"text\":\"%s\"}]}"
                .formatted(blob, "ghp_" + "a1".repeat(18)));
      }
      case "malformed" ->
          out.println("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{},\"RESULT\":{}}");
      case "grow" -> {
        extra.add("grown" + extra.size());
        notification("notifications/tools/list_changed", "{}");
        notification("notifications/tools/list_changed", "{}");
        result(id, text);
      }
      default -> result(id, text);
    }
  }

  /** Two names that are the same secret. */
  private static String secretNames() {
    byte[] secret = System.getenv("TOKEN").getBytes(StandardCharsets.UTF_8);
    String base64 = Base64.getEncoder().encodeToString(secret);
    return "\"" + System.getenv("TOKEN") + "\":1,\"" + base64 + "\":2";
  }

  /** Our question was answered: what came is told as the result of the call that asked. */
  private void answered(String line) {
    String quoted = line.replace("\\", "\\\\").replace("\"", "\\\"");
    result(held, "{\"content\":[{\"type\":\"text\",\"text\":\"" + quoted + "\"}]}");
  }

  private void result(String id, String result) {
    out.println("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
  }

  private void notification(String method, String params) {
    out.println("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}");
  }

  private static String first(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    return matcher.find() ? matcher.group(1) : "";
  }
}
