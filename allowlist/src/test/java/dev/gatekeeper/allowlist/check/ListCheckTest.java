package dev.gatekeeper.allowlist.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.AllowListException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ListCheckTest {
  private static final LocalDate TODAY = LocalDate.of(2027, 5, 1);
  private static final String UNPINNED = "fetched by name without an exact version";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "npx | -y @a/b@1.2.3 | true",
        "npx | -y @a/b@1.2.3-beta.1 x | true",
        "npx | -y @a/b | false",
        "npx | -y @a/b@latest | false",
        "npx | -y @a/b@^1.2.3 | false",
        "npx | -y b@1.2 | false",
        "npx | --package=b@1.2.3 run | true",
        "npx | -p b run | false",
        "npx | -p a@1.2.3 -p b run | false",
        "npx | -y | false",
        "/usr/bin/npx | b | false",
        "npm | exec b@1.2.3 | true",
        "npm | exec b | false",
        "npm | run x | true",
        "uvx | mcp-server-git==2026.1.14 | true",
        "uvx | mcp-server-git@2026.1.14 | true",
        "uvx | mcp-server-git | false",
        "uvx | --from a==1.0 b | true",
        "uvx | --from git+https://a.example/b b | false",
        "docker | run -i --rm ghcr.io/a/b:1.2 | false",
        "docker | run -i --rm -e X"
            + " ghcr.io/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            + " | true",
        "node | server.js | true"
      })
  void whatIsFetchedAtStartHasAnExactVersion(String command, String args, boolean pinned)
      throws AllowListException {
    String array = "\"" + args.replace(" ", "\",\"") + "\"";
    List<String> messages = errors("\"command\":\"" + command + "\",\"args\":[" + array + "]");
    assertThat(messages.contains(UNPINNED)).isNotEqualTo(pinned);
  }

  @Test
  void whatIsAcknowledgedIsNoError() throws AllowListException {
    assertThat(errors("\"command\":\"npx\",\"args\":[\"b\"],\"unpinned\":\"built here\""))
        .isEmpty();
    assertThat(
            errors(
                "\"command\":\"x\",\"env\":{\"TOKEN\":\"made-up-1\"},\"literalSecret\":\"public"
                    + " demo\""))
        .isEmpty();
  }

  @Test
  void anAcknowledgementOfNothingIsAnError() throws AllowListException {
    assertThat(errors("\"command\":\"x\",\"literalSecret\":\"why\""))
        .containsExactly("\"literalSecret\" acknowledges nothing");
  }

  @Test
  void whatIsNotFetchedMayBeUnpinnedToo() throws AllowListException {
    assertThat(errors("\"command\":\"make\",\"unpinned\":\"built here\"")).isEmpty();
  }

  @Test
  void anEntryThatExpiresSoonIsNoted() throws AllowListException {
    assertThat(findings("\"command\":\"x\",\"expires\":\"2027-05-15\""))
        .anyMatch(f -> f.problem().message().equals("expires on 2027-05-15"));
    assertThat(errors("\"command\":\"x\",\"expires\":\"2027-05-01\"")).isEmpty();
    assertThat(errors("\"command\":\"x\",\"expires\":\"2027-04-30\""))
        .containsExactly("expired on 2027-04-30: it is denied");
  }

  @Test
  void aTokenInAHeaderIsAnError() throws AllowListException {
    String head =
        "\"type\":\"http\",\"url\":\"https://a.example/\",\"headers\":{\"Authorization\":\"";
    assertThat(errors(head + "Bearer made-up-made-up-1\"}")).hasSize(1);
    assertThat(errors(head + "Bearer ${secret:a/b}\"}")).isEmpty();
  }

  @Test
  void aHostThatMayLookLikeAnotherAndCertificatesThatAnybodyWritesAreNoted()
      throws AllowListException {
    String head = "\"type\":\"http\",\"url\":\"https://";
    assertThat(notes(head + "mcp.xn--exmple-cua.com/\""))
        .containsExactly("the host has letters beyond ASCII, which may look like others");
    assertThat(notes(head + "xn.example.com/\",\"ca\":\"~/corp.pem\"")).isEmpty();
    assertThat(notes(head + "a.example/\",\"ca\":\"corp.pem\"")).isEmpty(); // the lock has it
    String client = "a.example/\",\"oauth\":{\"clientId\":\"c\",\"clientSecret\":\"secret:a/c\"";
    assertThat(notes(head + client + "}"))
        .containsExactly("the server says to whom the client's secret is sent");
    assertThat(notes(head + client + ",\"issuer\":\"https://b.example\"}")).isEmpty();
  }

  @Test
  void aSecretInAnAddressIsAnError() throws AllowListException {
    String head = "\"type\":\"http\",\"url\":\"https://a.example/mcp?api_key=";
    assertThat(errors(head + "made-up-made-up-1\"")).hasSize(1);
    assertThat(errors(head + "${secret:a/key}\"")).isEmpty();
  }

  private static List<String> notes(String keys) throws AllowListException {
    return findings(keys).stream()
        .filter(finding -> finding.severity() == Finding.Severity.NOTE)
        .map(finding -> finding.problem().message())
        .toList();
  }

  private static List<String> errors(String keys) throws AllowListException {
    return findings(keys).stream()
        .filter(finding -> finding.severity() == Finding.Severity.ERROR)
        .map(finding -> finding.problem().message())
        .toList();
  }

  private static List<Finding> findings(String keys) throws AllowListException {
    String list =
        "{\"version\":1,\"mcpServers\":{\"a\":{\"reason\":\"r\",\"owner\":\"o\",\"tools\":{\"allow\":[\"x\"]},"
            + keys
            + "}}}";
    return ListCheck.check(list.getBytes(StandardCharsets.UTF_8), "f", TODAY);
  }
}
