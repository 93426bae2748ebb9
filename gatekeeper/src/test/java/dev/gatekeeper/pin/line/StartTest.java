package dev.gatekeeper.pin.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StartTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "npx -y @a/b@1.2.3 x -y | Npm[name=@a/b, range=Optional[1.2.3], command=Optional.empty,"
            + " rest=2]",
        "npx b | Npm[name=b, range=Optional.empty, command=Optional.empty, rest=1]",
        "npx -y b@^1.2 | Npm[name=b, range=Optional[^1.2], command=Optional.empty, rest=2]",
        "npx --package=@a/b@1.2.3 run x | Npm[name=@a/b, range=Optional[1.2.3],"
            + " command=Optional[run], rest=2]",
        "npx -p b -- run x | Npm[name=b, range=Optional.empty, command=Optional[run], rest=4]",
        "/usr/bin/npx b | Npm[name=b, range=Optional.empty, command=Optional.empty, rest=1]",
        "npm exec -- b@1.0.0 -x | Npm[name=b, range=Optional[1.0.0], command=Optional.empty,"
            + " rest=3]",
        "npm exec b -- -x | Npm[name=b, range=Optional.empty, command=Optional.empty, rest=3]",
        "pnpm dlx b | Npm[name=b, range=Optional.empty, command=Optional.empty, rest=2]",
        "uvx Mcp_Server.Git==1.2 x | Python[name=mcp-server-git, extras=, version=Optional[1.2],"
            + " command=Optional.empty, rest=1]",
        "uvx --from fastmcp[cli]@1.0 fm x | Python[name=fastmcp, extras=[cli],"
            + " version=Optional[1.0], command=Optional[fm], rest=3]",
        "pipx run b | Python[name=b, extras=, version=Optional.empty, command=Optional.empty,"
            + " rest=2]",
        "docker run -i --rm -e A ghcr.io/a/b:1 x | Image[index=5, image=ghcr.io/a/b:1]",
        "docker run -it -eA=1 --network none --init b | Image[index=6, image=b]",
        "podman run --rm b@sha256:0 -i | Image[index=2, image=b@sha256:0]",
        "node server.js | Script[interpreter=node]",
        "/opt/venv/bin/python3.12 server.py | Script[interpreter=python3.12]",
        "mcp-server-acme --flag | Binary[]"
      })
  void aLineSaysWhatItStarts(String line, String start) {
    assertThat(of(line)).hasToString(start);
  }

  @ParameterizedTest
  @CsvSource({
    "npx -c x",
    "npx --registry=https://a.example b",
    "npx --registry https://a.example b",
    "npx --node-options=--require=x b",
    "npx --userconfig x b",
    "npx git+https://a.example/b",
    "npx https://a.example/b.tgz",
    "npx ./b",
    "npx ../b",
    "npx a/b",
    "npx b@npm:c@1",
    "npx b@file:x",
    "npx b@",
    "npx ${project}/b",
    "npx -y",
    "npx -p a -p b run",
    "npm exec b -x",
    "npm run x",
    "npm start",
    "yarn run x",
    "uvx --index-url https://a.example b",
    "uvx --with c b",
    "uvx --from git+https://a.example/b b",
    "uv run x.py",
    "docker compose up",
    "docker run --rm",
    "docker run --rm ${project}",
    "env A=1 npx b",
    "sudo npx b",
    "make serve",
    "cargo run"
  })
  void aLineThatCannotBeToldIsNotGuessed(String line) {
    assertThat(of(line)).isInstanceOf(Start.Unknown.class);
  }

  private static Start of(String line) {
    List<String> words = Arrays.asList(line.split(" ", -1));
    return Start.of(words.getFirst(), words.subList(1, words.size()));
  }
}
