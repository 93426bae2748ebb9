package dev.gatekeeper.proxy;

import dev.gatekeeper.fleet.Backend;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Params;
import java.util.Optional;

/** What a new process of a server does not know any more. */
final class Loss {
  private Loss() {}

  /**
   * Says in a tool's answer that the process it came from is a new one, so that the model does not
   * rely on what the old one knew. Said again while {@code structuredContent} stands beside the
   * text, since clients show that in its place.
   */
  static void tell(Backend backend, Slice whole, Splice splice) {
    Optional<String> loss =
        backend.loss().map(why -> "[gatekeeper] " + why + "; what it kept in memory is lost.");
    if (loss.isEmpty()) {
      return;
    }
    try {
      Optional<Slice> result = whole.members().get("result").filter(Slice::isObject);
      Optional<Slice> message = Params.string(whole.members().get("error"), "message");
      Optional<Slice> content = Params.member(result, "content").filter(Slice::isArray);
      if (message.isPresent()) {
        splice.replace(message.get(), Json.quote(message.get().string() + " " + loss.get()));
        backend.toldOfLoss();
      } else if (content.isPresent()) {
        splice.append(
            content.get(),
            Answers.join("{\"type\":\"text\",\"text\":", Json.quote(loss.get()), "}"));
        if (Params.member(result, "structuredContent").isEmpty()) {
          backend.toldOfLoss();
        }
      }
    } catch (MalformedException e) {
      // Repeated members: the answer goes out as it came, and the next one tells.
    }
  }
}
