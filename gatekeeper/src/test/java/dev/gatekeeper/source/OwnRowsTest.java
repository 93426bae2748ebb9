package dev.gatekeeper.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OwnRowsTest {
  @TempDir Path folder;
  private Asked asked;

  @BeforeEach
  void layOut() throws IOException {
    asked = new Asked(folder);
  }

  @Test
  void aRowThatNobodyWroteRunsNothing() {
    assertThat(asked.of("exec:row"))
        .isEqualTo(
            "exec:row has no row \"row\" in %s/home/sources.json (see docs/secrets.md)"
                .formatted(asked.folder));
  }

  @Test
  void aFileOfTheRepositoryIsNotLookedAt() throws Exception {
    Files.createDirectory(asked.project.resolve(".gatekeeper"));
    for (String place : new String[] {"sources.json", ".gatekeeper/sources.json"}) {
      asked.write(
          asked.project.resolve(place),
          "{\"version\": 1, \"exec\": {\"row\": {\"command\": [\"/bin/echo\", \"x\"]}}}");
    }
    assertThat(asked.of("exec:row")).contains("has no row");
  }

  @Test
  void aFileThatOthersCanWriteOrThatIsALinkIsRefused() throws Exception {
    asked.row("row", "{'command': ['/bin/echo', 'made-up']}");
    assertThat(asked.of("exec:row")).isEqualTo("made-up");
    Path file = asked.home.resolve("sources.json");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThat(asked.of("exec:row")).contains("type: chmod go-rwx");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.move(file, asked.folder.resolve("elsewhere"));
    Files.createSymbolicLink(file, asked.folder.resolve("elsewhere"));
    assertThat(asked.of("exec:row")).contains("is a symbolic link");
  }

  @Test
  void aProgramThatOthersCanWriteIsRefused() throws Exception {
    Path tool = asked.script("tool", "echo made-up");
    asked.row("row", "{'command': ['" + tool + "']}");
    assertThat(asked.of("exec:row")).isEqualTo("made-up");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertThat(asked.of("exec:row")).contains("which others can write", "chmod go-w");
    Files.delete(tool);
    assertThat(asked.of("exec:row")).contains("which is no program");
  }

  @Test
  void theNameGoesWhereTheRowSaysAndNowhereElse() throws Exception {
    asked.row("with", "{'command': ['/usr/bin/printf', '%s|%s', '{name}', '--x={name}']}");
    asked.row("without", "{'command': ['/bin/echo', 'made-up']}");

    assertThat(asked.of("exec:with/a b/c")).isEqualTo("a b/c|--x=a b/c");
    assertThat(asked.of("exec:with")).contains("lacks a name");
    assertThat(asked.of("exec:without/a")).contains("has a name that the row does not use");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | a row has a \"command\"",
        "{'command': ['echo']} | a program is named by its absolute path",
        "{'command': ['/bin/echo'], 'shell': true} | an unknown key",
        "{'command': ['/bin/echo'], 'output': 'json'} | \"output\" is line, first-line or whole",
        "{'command': ['/bin/echo'], 'timeout': '999s'} | \"timeout\" is from 1s to 120s",
        "{'command': ['/bin/echo'], 'timeout': 5} | a text was expected here",
        "{'command': ['/bin/echo'], 'inherit': ['LD_PRELOAD']} | \"LD_PRELOAD\" can make a program",
        "{'command': ['/bin/echo'], 'inherit': ['PATH']} | \"PATH\" can make a program",
        "{'command': ['/bin/echo'], 'inherit': ['A=B']} | this is no name of a variable",
        "{'command': ['/bin/echo'], 'exits': {'0': 'x'}} | \"exits\" has exit statuses as keys",
        "{'command': ['/bin/echo'], 'command': ['/bin/ls']} | duplicate",
        "[] | an object was expected here",
        "{ | line 1",
      })
  void whatIsWrongIsSaidWithItsLine(String row, String fault) throws Exception {
    assertThat(asked.row("row", row).of("exec:row"))
        .startsWith(
            "exec:row needs " + asked.folder + "/home/sources.json, which is wrong at line 1: ")
        .contains(fault);
  }
}
