package dev.gatekeeper.cli.vault;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.holder.HolderProcess;
import dev.gatekeeper.vault.text.VaultException;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The process that {@code gatekeeper vault open} leaves behind. A class of its own, so that it
 * loads no more than it needs; it talks to whoever started it, and to its socket.
 */
public final class HolderMain {
  /**
   * Small at the start, and given back: most of the time nothing happens. Lists and locks are read
   * for each answer, and may be large.
   */
  private static final List<String> HEAP =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms4m",
          "-Xmn2m",
          "-Xmx256m",
          "-Xss512k",
          "-XX:TieredStopAtLevel=1",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=20");

  private HolderMain() {}

  /** Holds the key that descriptor 0 gives, to the end. */
  public static void main(String[] args) {
    try {
      Home home = Home.locate(System.getenv());
      String _ =
          HolderProcess.hold(home, new FileOutputStream(FileDescriptor.out), System.getenv());
    } catch (IOException | VaultException e) {
      System.exit(3); // whoever started it sees that it says no more
    }
    System.exit(0); // without waiting for a thread that asks a remote
  }

  /** The command line of this program: our own VM, its options, our own classes. */
  static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-X") || option.startsWith("--enable-native-access"))
        .forEach(command::add);
    command.addAll(HEAP);
    command.add("-cp");
    command.add(
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(element -> Path.of(element).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(HolderMain.class.getName());
    return command;
  }
}
