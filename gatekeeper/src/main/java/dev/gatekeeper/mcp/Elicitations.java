package dev.gatekeeper.mcp;

import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Elicitations in URL mode, whose ids servers choose: towards the agent each stands behind its
 * server's name, so that two servers with the same id are kept apart, and a server can complete its
 * own only. The agent never sends such an id.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation">MCP
 *     2025-11-25, elicitation</a>
 */
public final class Elicitations {
  /** The error by which a server asks for elicitations before it does what it was asked. */
  private static final double REQUIRED = -32042;

  private Elicitations() {}

  /** Makes the id in these parameters, where there is one, that of {@code server}. */
  public static void publish(Splice splice, Optional<Slice> params, String server)
      throws MalformedException {
    // Server names hold no colon.
    Params.string(params, "elicitationId")
        .ifPresent(id -> splice.replace(id, Json.quote(server + ":" + id.string())));
  }

  /** Whether this error asks the agent for elicitations, however its code is written. */
  public static boolean isAskedBy(Optional<Slice> error) throws MalformedException {
    Optional<Slice> code = Params.member(error, "code").filter(Slice::isNumber);
    return code.isPresent()
        && Double.parseDouble(new String(code.get().toBytes(), StandardCharsets.US_ASCII))
            == REQUIRED;
  }

  /** The same for each elicitation that such an error carries. */
  public static void publishAll(Splice splice, Optional<Slice> error, String server)
      throws MalformedException {
    Optional<Slice> all = Params.member(Params.member(error, "data"), "elicitations");
    if (all.filter(Slice::isArray).isPresent()) {
      for (Slice elicitation : all.get().elements()) {
        publish(splice, Optional.of(elicitation), server);
      }
    }
  }
}
