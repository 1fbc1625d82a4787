package io.botticelli.core.toml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every source of files promises, so that a stored working set reads like one on disk. */
abstract class SourceFilesContract {
  private SourceFiles sources;
  private SourceLookup lookup;

  /**
   * Returns sources with these files.
   *
   * @param texts text by path relative to the base directory
   * @param contextPath directory below the base, or empty
   */
  abstract SourceFiles withFiles(Map<String, String> texts, Optional<String> contextPath);

  @BeforeEach
  void createFiles() {
    sources =
        withFiles(
            Map.ofEntries(
                Map.entry("top.md", "top"),
                Map.entry("a/post.toml", "post"),
                Map.entry("a/near.md", "near"),
                Map.entry("a/deep/er/far.md", "far"),
                Map.entry("a-b/far.md", "far of a-b"),
                Map.entry("b/far.md", "far of b"),
                Map.entry("context/near.md", "near of context"),
                Map.entry("context/only.md", "only"),
                Map.entry("context/x/only2.md", "only2"),
                Map.entry("a/.hidden/secret.md", "secret"),
                Map.entry("a/target/built.md", "built"),
                Map.entry("a/node_modules/module.md", "module")),
            Optional.of("context"));
    lookup = new SourceLookup(sources);
  }

  @Test
  void readsTextAndBytes() {
    assertThat(sources.readText("a/near.md")).contains("near");
    assertThat(sources.readText("a/./../a/near.md")).contains("near");
    assertThat(sources.readBytes("top.md").orElseThrow()).asString().isEqualTo("top");
  }

  @Test
  void knowsNoDirectoriesMissingOrImpossibleFiles() {
    assertThat(sources.readText("a")).isEmpty();
    assertThat(sources.exists("a")).isFalse();
    assertThat(sources.readText("missing.md")).isEmpty();
    assertThat(sources.exists("nul\u0000.md")).isFalse();
    assertThat(sources.readBytes("nul\u0000.md")).isEmpty();
  }

  @Test
  void prefersTheCallingFilesDirectoryThenTheContextThenTheWorkingDirectory() {
    assertThat(lookup.find("near.md", "a/post.toml")).contains("a/near.md");
    assertThat(lookup.find("near.md", "b/other.toml")).contains("context/near.md");
    assertThat(lookup.find("only.md", "a/post.toml")).contains("context/only.md");
    assertThat(lookup.find("b/far.md", "a/post.toml")).contains("b/far.md");
    assertThat(lookup.find("../top.md", "a/post.toml")).contains("top.md");
  }

  @Test
  void searchesBareNamesBreadthFirstAndSorted() {
    assertThat(lookup.find("far.md", "a/post.toml")).contains("a/deep/er/far.md");
    assertThat(lookup.find("only2.md", "a/post.toml")).contains("context/x/only2.md");
    assertThat(sources.search("", "far.md")).contains("a-b/far.md");
    assertThat(sources.search("a", "top.md")).isEmpty();
    assertThat(sources.search("", "deep/far.md")).isEmpty();
    assertThat(sources.search("missing", "far.md")).isEmpty();
  }

  @Test
  void searchesNeitherHiddenNorBuiltDirectories() {
    assertThat(lookup.find("secret.md", "a/post.toml")).isEmpty();
    assertThat(lookup.find("built.md", "a/post.toml")).isEmpty();
    assertThat(lookup.find("module.md", "a/post.toml")).isEmpty();
    assertThat(lookup.find("a/target/built.md", "top.toml")).contains("a/target/built.md");
  }

  @Test
  void findsNothingOutsideOfItsPlaces() {
    for (String outside : List.of("/etc/passwd", "../../../../etc/passwd", "..", "/")) {
      assertThat(lookup.find(outside, "a/post.toml")).as(outside).isEmpty();
    }
    assertThat(lookup.leadsOutside("/etc/passwd", "a/post.toml")).isTrue();
    assertThat(lookup.leadsOutside("../../../x.md", "a/post.toml")).isTrue();
    assertThat(lookup.leadsOutside("missing.md", "a/post.toml")).isFalse();
    assertThat(lookup.leadsOutside("../missing.md", "a/post.toml")).isFalse();
    assertThat(sources.isWithin("a-b/far.md", List.of("a"))).isFalse();
    assertThat(sources.isWithin("a/../b/far.md", List.of("b"))).isTrue();
    assertThat(sources.isWithin("a/../b/far.md", List.of("a"))).isFalse();
  }

  @Test
  void doesNotSearchForPathsWithDirectories() {
    assertThat(lookup.find("er/far.md", "a/post.toml")).isEmpty();
    assertThat(lookup.placesTried("er/far.md", "a/post.toml"))
        .isEqualTo("a/er/far.md, context/er/far.md, er/far.md");
    assertThat(lookup.find(" ", "a/post.toml")).isEmpty();
  }
}
