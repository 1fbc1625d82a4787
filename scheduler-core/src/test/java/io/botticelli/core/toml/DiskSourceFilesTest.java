package io.botticelli.core.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSourceFilesTest extends SourceFilesContract {
  @TempDir private Path directory;

  @Override
  SourceFiles withFiles(Map<String, String> texts, Optional<String> contextPath) {
    Path base = directory.resolve("base");
    try {
      for (Map.Entry<String, String> entry : texts.entrySet()) {
        Path file = base.resolve(entry.getKey());
        Files.createDirectories(file.getParent());
        Files.writeString(file, entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DiskSourceFiles(base, contextPath.map(base::resolve), base);
  }

  @Test
  void showsPathsInsideTheBaseRelativeAndOthersAbsolute() throws IOException {
    Path outside = Files.createDirectories(directory.resolve("work"));
    Files.writeString(outside.resolve("notes.md"), "notes");
    DiskSourceFiles sources =
        new DiskSourceFiles(directory.resolve("base"), Optional.empty(), outside);

    Optional<String> found = new SourceLookup(sources).find("notes.md", "a/post.toml");

    assertThat(found).contains(outside.resolve("notes.md").toString());
    assertThat(sources.readText(found.orElseThrow())).contains("notes");
    assertThat(sources.resolve("a", "../../work/notes.md")).isEqualTo(found.orElseThrow());
    assertThat(sources.resolve("a", "../b/far.md")).isEqualTo("b/far.md");
  }

  @Test
  void refusesTextThatIsNotUtf8() throws IOException {
    Files.write(directory.resolve("latin.md"), new byte[] {'a', (byte) 0xE9, 'b'});

    assertThatThrownBy(() -> inDirectory().readText("latin.md"))
        .isInstanceOf(SourceFileException.class)
        .hasMessageContaining("latin.md is not UTF-8");
  }

  @Test
  void refusesFilesAboveTheLimitOfTheirKind() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(directory.resolve("big").toFile(), "rw")) {
      file.setLength(SourceFiles.MAX_TEXT_BYTES + 1L);
    }

    assertThatThrownBy(() -> inDirectory().readText("big"))
        .isInstanceOf(SourceFileException.class)
        .hasMessageContaining("2097152");
    assertThat(inDirectory().readBytes("big").orElseThrow())
        .hasSize(SourceFiles.MAX_TEXT_BYTES + 1);
  }

  @Test
  void doesNotFollowLinkedDirectoriesWhenSearching() throws IOException {
    Path inside = Files.createDirectories(directory.resolve("inside"));
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("secret.md"), "secret");
    Files.createSymbolicLink(inside.resolve("link"), outside);
    Files.createSymbolicLink(inside.resolve("circle"), inside);

    DiskSourceFiles sources = new DiskSourceFiles(inside, Optional.empty(), inside);

    assertThat(sources.search("", "secret.md")).isEmpty();
  }

  @Test
  void aLinkIsWithinADirectoryOnlyIfItsTargetIs() throws IOException {
    Path inside = Files.createDirectories(directory.resolve("inside"));
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("secret.md"), "secret");
    Files.writeString(inside.resolve("open.md"), "open");
    Files.createSymbolicLink(inside.resolve("out.md"), outside.resolve("secret.md"));
    Files.createSymbolicLink(inside.resolve("in.md"), inside.resolve("open.md"));
    Files.createSymbolicLink(inside.resolve("dir"), outside);
    DiskSourceFiles sources = new DiskSourceFiles(inside, Optional.empty(), inside);

    assertThat(sources.isWithin("in.md", List.of(""))).isTrue();
    assertThat(sources.isWithin("missing.md", List.of(""))).isTrue();
    assertThat(sources.isWithin("out.md", List.of(""))).isFalse();
    assertThat(sources.isWithin("dir/secret.md", List.of(""))).isFalse();
    assertThat(sources.isWithin("dir/missing.md", List.of(""))).isFalse();
    assertThat(sources.search("", "out.md")).isEmpty();
    assertThat(sources.search("", "in.md")).contains("in.md");
  }

  @Test
  void givesUpSearchingAfterTwentyThousandEntries() throws IOException {
    Path many = Files.createDirectories(directory.resolve("many"));
    for (int i = 0; i < SourceFiles.MAX_SEARCHED; i++) {
      Files.createFile(many.resolve("f" + i));
    }
    Files.createFile(many.resolve("wanted.md"));

    assertThat(inDirectory().search("many", "wanted.md")).isEmpty();
    assertThat(inDirectory().exists("many/wanted.md")).isTrue();
  }

  private DiskSourceFiles inDirectory() {
    return new DiskSourceFiles(directory, Optional.empty(), directory);
  }
}
