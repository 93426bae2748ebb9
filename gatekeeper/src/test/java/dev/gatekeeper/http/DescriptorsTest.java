package dev.gatekeeper.http;

import static dev.gatekeeper.http.RawServer.answer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that has as many files open as it may. */
@Timeout(120)
final class DescriptorsTest {
  private static final String NONE =
      "UNSENT cannot be reached: the system has no file descriptor left for us";

  private static final String REFUSED = "UNSENT cannot be reached: the connection was refused";

  @Test
  void isToldAsWhatItIsAndPasses() throws Exception {
    try (RawServer server = new RawServer(answer(200, "{}"))) {
      Process child =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "ulimit -n 256; exec \"$0\" \"$@\"",
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  DescriptorsTest.class.getName(),
                  server.url("/mcp"))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(child.waitFor()).isZero();
      assertThat(said.lines()).containsExactly("200", REFUSED, NONE, NONE, "200", "200");
      assertThat(server.connections()).isEqualTo(3);
    }
  }

  public static void main(String[] args) throws Exception {
    try (Connector connector = Connector.of(Optional.empty(), Optional.empty())) {
      sent(connector, args[0]);
      sent(
          connector,
          "http://127.0.0.1:1/"); // a class that lies in a folder needs a descriptor, too
      List<InputStream> all = new ArrayList<>();
      try {
        while (true) {
          all.add(new FileInputStream("/dev/null"));
        }
      } catch (IOException e) {
        try (Connector another = Connector.of(Optional.empty(), Optional.empty())) {
          sent(another, args[0]);
        } catch (HttpFault fault) {
          System.out.println(fault.reach() + " " + fault.getMessage());
        }
        connector.renew();
        sent(connector, args[0]);
      }
      for (InputStream one : all) {
        one.close();
      }
      sent(connector, args[0]);
      connector.renew();
      sent(connector, args[0]);
    }
  }

  private static void sent(Connector connector, String url) throws HttpFault {
    try (Transfer transfer = connector.start(Outgoing.get(Address.parse(url)), Bounds.DOCUMENT);
        Answer answer = transfer.await()) {
      System.out.println(answer.status());
    } catch (HttpFault fault) {
      System.out.println(fault.reach() + " " + fault.getMessage());
    }
  }
}
