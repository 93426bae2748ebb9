package dev.gatekeeper.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgramResolverTest {
  @TempDir private Path folder;
  private Path project;
  private Path bin;

  @BeforeEach
  void folders() throws Exception {
    project = Files.createDirectory(folder.resolve("project"));
    bin = Files.createDirectory(folder.resolve("bin"));
  }

  private static Path program(Path file, String permissions) throws Exception {
    Files.writeString(file, "#!/bin/sh\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private Path resolve(String command, String path) throws LaunchException {
    return ProgramResolver.resolve(command, project, path);
  }

  private void refused(String command, String path, String message) {
    assertThatThrownBy(() -> resolve(command, path))
        .isInstanceOf(LaunchException.class)
        .hasMessage(message);
  }

  @Test
  void anEmptyPathHoldsNothing() {
    refused("server", "", "program 'server' was not found on PATH");
  }

  @Test
  void takesTheFirstOnThePath() throws Exception {
    Path first = program(bin.resolve("server"), "rwxr-xr-x");
    Path other = Files.createDirectory(folder.resolve("other"));
    program(other.resolve("server"), "rwxr-xr-x");
    assertThat(resolve("server", bin + ":" + other)).isEqualTo(first);
  }

  @Test
  void neverLooksInTheWorkingDirectory() throws Exception {
    program(project.resolve("server"), "rwxr-xr-x");
    for (String path : new String[] {"", ":", ".", ":/nowhere:", "./", "project", "../project"}) {
      refused("server", path, "program 'server' was not found on PATH");
    }
  }

  @Test
  void passesOverWhatIsNotExecutable() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    program(bin.resolve("server"), "rw-r--r--");
    Path second = program(other.resolve("server"), "rwxr-xr-x");
    assertThat(resolve("server", bin + ":" + other)).isEqualTo(second);
  }

  @Test
  void saysWhereNothingExecutableIsLeft() throws Exception {
    program(bin.resolve("server"), "rw-r--r--");
    refused("server", bin.toString(), "program 'server' was found on PATH, but is not executable");
  }

  @Test
  void passesOverADirectory() throws Exception {
    Files.createDirectory(bin.resolve("server"));
    refused("server", bin.toString(), "program 'server' was not found on PATH");
  }

  @Test
  void keepsTheNameOfASymbolicLink() throws Exception {
    Path target = program(bin.resolve("busybox"), "rwxr-xr-x");
    Path link = Files.createSymbolicLink(bin.resolve("server"), target);
    assertThat(resolve("server", bin.toString())).isEqualTo(link);
  }

  @Test
  void aSlashNamesAFile() throws Exception {
    Path file = program(project.resolve("server"), "rwxr-xr-x");
    assertThat(resolve("./server", "")).isAbsolute().isExecutable();
    assertThat(resolve(file.toString(), "")).isEqualTo(file);
  }

  @Test
  void refusesADirectory() {
    refused(bin.toString(), "", bin + " is a directory, not a program");
  }

  @Test
  void refusesAFileThatDoesNotExist() {
    refused("/nowhere/server", "", "/nowhere/server does not exist");
  }

  @Test
  void refusesAFileThatIsNotExecutable() throws Exception {
    Path file = program(project.resolve("server"), "rw-r--r--");
    refused(file.toString(), "", file + " is not executable");
  }

  @Test
  void refusesAnEmptyCommand() {
    refused("", bin.toString(), "the command is empty");
  }

  @Test
  void refusesANul() {
    refused("ser\0ver", bin.toString(), "the command is not a valid file name");
  }
}
