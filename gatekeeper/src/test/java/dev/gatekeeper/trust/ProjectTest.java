package dev.gatekeeper.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProjectTest {
  @TempDir Path folder;
  private Path repository;
  private Path deep;

  @BeforeEach
  void layOut() throws IOException {
    folder = folder.toRealPath();
    repository = Files.createDirectory(folder.resolve("repository"));
    deep = Files.createDirectories(repository.resolve("a/b"));
  }

  private static void list(Path directory) throws IOException {
    Files.createDirectories(directory.resolve(".gatekeeper"));
    Files.writeString(directory.resolve(".gatekeeper/allowlist.json"), "{}");
  }

  @Test
  void theNearestListWins() throws IOException {
    Files.createDirectory(repository.resolve(".git"));
    list(repository);
    assertThat(Project.find(deep).directory()).isEqualTo(repository);

    list(repository.resolve("a"));
    assertThat(Project.find(deep).directory()).isEqualTo(repository.resolve("a"));
  }

  @Test
  void aListAboveTheRepositoryDoesNotCount() throws IOException {
    Files.createDirectory(repository.resolve(".git"));
    list(folder);

    assertThat(Project.find(deep)).isEqualTo(new Project(repository, Optional.of(repository)));
  }

  @Test
  void outsideARepositoryOnlyTheFolderItselfCounts() throws IOException {
    list(repository);

    assertThat(Project.find(deep)).isEqualTo(new Project(deep, Optional.empty()));
    assertThat(Project.find(repository).directory()).isEqualTo(repository);
  }

  @Test
  void aLinkedWorkTreeIsARepository() throws IOException {
    Files.writeString(repository.resolve(".git"), "gitdir: /elsewhere\n");

    assertThat(Project.find(deep).directory()).isEqualTo(repository);
  }

  @Test
  void theAgentsProjectCountsBeforeTheWorkingDirectory() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));

    assertThat(Project.find(Map.of("CLAUDE_PROJECT_DIR", repository.toString()), other).directory())
        .isEqualTo(repository);
    assertThat(Project.find(Map.of(), other).directory()).isEqualTo(other);
  }

  @Test
  void theDirectoryIsCanonical() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), repository);

    assertThat(Project.find(link).directory()).isEqualTo(repository);
  }
}
