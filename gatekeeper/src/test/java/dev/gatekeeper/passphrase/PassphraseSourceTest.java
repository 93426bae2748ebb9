package dev.gatekeeper.passphrase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PassphraseSourceTest {
  @TempDir Path folder;

  private Map<String, String> file(String content) throws Exception {
    Path file = folder.resolve("passphrase");
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return Map.of(PassphraseSource.FILE_VARIABLE, file.toString());
  }

  private static Passphrase ask(Map<String, String> environment) throws VaultException {
    return PassphraseSource.nonInteractive(environment).ask("", false).orElseThrow();
  }

  private void isRead(String content, String expected) throws Exception {
    try (Passphrase passphrase = ask(file(content));
        Passphrase same = new Passphrase(expected.getBytes(UTF_8))) {
      assertThat(passphrase.same(same)).isTrue();
    }
  }

  @Test
  void nothingNamedIsNothing() throws Exception {
    assertThat(PassphraseSource.nonInteractive(Map.of()).ask("", false)).isEmpty();
  }

  @Test
  void oneLineEndIsNotPartOfIt() throws Exception {
    isRead("made-up phrase", "made-up phrase");
    isRead("made-up phrase\n", "made-up phrase");
    isRead("made-up phrase\r\n", "made-up phrase");
    isRead(" made-up phrase \n\n", " made-up phrase \n");
  }

  @Test
  void aFileThatIsNotThereYetIsNothing() throws Exception {
    Map<String, String> environment =
        Map.of(PassphraseSource.FILE_VARIABLE, folder.resolve("later").toString());
    assertThat(PassphraseSource.nonInteractive(environment).ask("", false)).isEmpty();
  }

  /** A session waits for it; who types a command is told, where nobody can be asked. */
  @Test
  void aFileThatIsNotThereIsNamedToWhoCannotBeAsked() {
    Map<String, String> environment =
        Map.of(PassphraseSource.FILE_VARIABLE, folder.resolve("later").toString());
    assertThatThrownBy(() -> PassphraseFile.demand(environment))
        .hasMessage(
            "the file that GATEKEEPER_PASSPHRASE_FILE names is not there: "
                + folder.resolve("later"))
        .extracting(e -> ((VaultException) e).hint().orElseThrow())
        .asString()
        .contains("chmod 600");
  }

  @Test
  void aRelativePathIsRefused() {
    assertThatThrownBy(() -> ask(Map.of(PassphraseSource.FILE_VARIABLE, "pass phrase")))
        .hasMessage(
            "GATEKEEPER_PASSPHRASE_FILE names a path that does not begin with /: pass phrase")
        .extracting(e -> ((VaultException) e).hint().orElseThrow())
        .asString()
        .endsWith("/pass phrase");
  }

  @Test
  void emptyLongOrReadableByOthersIsRefused() throws Exception {
    assertThatThrownBy(() -> ask(file("\n"))).hasMessage("the passphrase is empty");
    assertThatThrownBy(() -> ask(file("x".repeat(1025))))
        .hasMessage("the passphrase has 1025 bytes; 1024 are the most");
    assertThatThrownBy(() -> ask(file("x".repeat(9999)))).isInstanceOf(VaultException.class);

    Map<String, String> environment = file("made-up phrase");
    Path file = folder.resolve("passphrase");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw----r--"));
    assertThatThrownBy(() -> ask(environment)).hasMessageContaining("chmod go-rwx");
  }

  /** Its mode is that of many files, and often not the person's to change. */
  @Test
  void ofADirectoryNobodyIsToldToChangeTheMode() {
    assertThatThrownBy(() -> ask(Map.of(PassphraseSource.FILE_VARIABLE, folder.toString())))
        .hasMessageContaining("names a directory")
        .hasMessageNotContaining("chmod");
  }

  @Test
  void aLinkIsRefused() throws Exception {
    file("made-up phrase");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("passphrase"));
    assertThatThrownBy(() -> ask(Map.of(PassphraseSource.FILE_VARIABLE, link.toString())))
        .hasMessageContaining("symbolic link");
  }

  @Test
  void standardStreamsAreNoSource() {
    for (String number : List.of("0", "1", "2", "-1", "03", "x", "4294967299")) {
      assertThatThrownBy(() -> ask(Map.of(PassphraseSource.DESCRIPTOR_VARIABLE, number)))
          .hasMessage("GATEKEEPER_PASSPHRASE_FD is not the number of a descriptor above 2");
    }
  }

  /** The launcher saw that it was not open. */
  @Test
  void aDescriptorThatNobodyGaveIsRefused() {
    assertThatThrownBy(() -> ask(Map.of(PassphraseSource.DESCRIPTOR_VARIABLE, "closed")))
        .hasMessage("GATEKEEPER_PASSPHRASE_FD names a descriptor that this program was not given")
        .extracting(e -> ((VaultException) e).hint().orElseThrow())
        .asString()
        .contains("3< FILE");
  }

  @Test
  void aClosedDescriptorIsRefused() {
    assertThatThrownBy(() -> ask(Map.of(PassphraseSource.DESCRIPTOR_VARIABLE, "9999")))
        .hasMessage("GATEKEEPER_PASSPHRASE_FD: descriptor 9999 is not open for reading");
  }

  @Test
  void anOpenDescriptorIsReadOnceAndClosed() throws Exception {
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "exec \"$@\" 3<<'E'\nmade-up phrase\nE\n",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Reader.class.getName())
            .redirectOutput(out.toFile())
            .redirectError(new File("/dev/null"))
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(out).hasContent("14 bytes, then false, open false");
  }

  /** A process with a descriptor of its parent's. */
  static final class Reader {
    public static void main(String[] args) throws Exception {
      dev.gatekeeper.kernel.Kernel.harden();
      PassphraseSource source =
          PassphraseSource.nonInteractive(Map.of(PassphraseSource.DESCRIPTOR_VARIABLE, "3"));
      Optional<Passphrase> first = source.ask("", false);
      System.out.println(
          first.orElseThrow().length()
              + " bytes, then "
              + source.ask("", false).isPresent()
              + ", open "
              + Files.exists(Path.of("/proc/self/fd/3")));
    }
  }
}
