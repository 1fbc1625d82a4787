package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.botticelli.core.toml.DiskSourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing a narrative names leads out of the directories it may read. */
class HostilePathsTest {
  private static final String ENTRY = "actor_server.toml";
  private static final String SECRET = "hunter2";

  @TempDir private Path directory;

  private Path work;

  @BeforeEach
  void writeFiles() throws IOException {
    work = Files.createDirectories(directory.resolve("work"));
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("secret.txt"), SECRET);
    Files.writeString(outside.resolve("secret.toml"), narrative("\"" + SECRET + "\""));
    Files.createDirectories(work.resolve("narratives/docs"));
    Files.writeString(work.resolve("top.txt"), "top");
    Files.writeString(work.resolve("narratives/docs/near.txt"), "near");
    Files.createSymbolicLink(work.resolve("narratives/link.txt"), outside.resolve("secret.txt"));
    Files.createSymbolicLink(
        work.resolve("narratives/docs/deep.txt"), outside.resolve("secret.txt"));
    Files.createSymbolicLink(work.resolve("narratives/linked"), outside);
    Files.createSymbolicLink(work.resolve("narratives/inner.txt"), work.resolve("top.txt"));
    Files.writeString(
        work.resolve(ENTRY),
        """
        [[actors]]
        name = "poster"
        narrative = "narratives/poster"
        schedule = "manual"
        """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../outside/secret.txt",
        "../outside/secret.txt",
        "docs/../../../outside/secret.txt",
        "./.././../outside/./secret.txt",
        "ABSOLUTE/outside/secret.txt",
        "ABSOLUTE/work/../outside/secret.txt",
        "${OUTSIDE}/secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "../../../../../../../../../../etc/passwd",
        "link.txt",
        "deep.txt",
        "linked/secret.txt",
        "linked/../linked/secret.txt",
        "..\\\\..\\\\outside\\\\secret.txt",
        "%2e%2e/%2e%2e/outside/secret.txt",
        "....//....//outside/secret.txt",
        "file:ABSOLUTE/outside/secret.txt",
        "~/secret.txt",
        "link.txt\\u0000.png",
        "secret.txt",
        ".."
      })
  void textsAndMediaOutsideAreNeverRead(String hostile) throws IOException {
    String written = hostile.replace("ABSOLUTE", directory.toString());
    for (String type : new String[] {"text", "image"}) {
      writeNarrative("{ type = \"" + type + "\", file = \"" + written + "\" }");

      ConfigException refused = catchThrowableOfType(ConfigException.class, this::load);

      assertThat(refused).as(type).isNotNull();
      assertThat(refused.getMessage())
          .doesNotContain(SECRET)
          .containsAnyOf("leads outside", "does not exist", "is no");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../outside/secret",
        "ABSOLUTE/outside/secret.toml",
        "linked/secret",
        "${OUTSIDE}/secret"
      })
  void narrativesOutsideAreNeverRun(String hostile) throws IOException {
    writeNarrative(
        "{ type = \"narrative\", path = \""
            + hostile.replace("ABSOLUTE", directory.toString())
            + "\" }");

    assertThat(catchThrowableOfType(ConfigException.class, this::load))
        .isNotNull()
        .hasMessageContaining("does not exist")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void aLinkOrPathThatLeadsOutIsToldApartFromAMissingFile() throws IOException {
    writeNarrative("{ type = \"image\", file = \"link.txt\" }");
    assertThat(catchThrowableOfType(ConfigException.class, this::load))
        .hasMessageContaining("\"link.txt\" leads outside");

    writeNarrative("{ type = \"image\", file = \"gone.png\" }");
    assertThat(catchThrowableOfType(ConfigException.class, this::load))
        .hasMessageContaining("\"gone.png\" does not exist; looked at");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../top.txt",
        "top.txt",
        "docs/near.txt",
        "near.txt",
        "inner.txt",
        "ABSOLUTE/work/top.txt"
      })
  void pathsAndLinksWithinTheDirectoriesAreFollowed(String path) throws IOException {
    writeNarrative(
        "{ type = \"text\", file = \"" + path.replace("ABSOLUTE", directory.toString()) + "\" }");

    WorkingSet set = load();

    assertThat(ConfigLoader.ofStored(set.sources(), environment()).load(ENTRY)).isEqualTo(set);
  }

  @Test
  void whatAnActThatNeverRunsNamesOutsideIsNotTakenIntoTheSet() throws IOException {
    Files.writeString(
        work.resolve("narratives/poster.toml"),
        narrative("\"hello\"")
            + "[[acts.never.input]]\ntype = \"image\"\nmime = \"image/png\"\nfile = \"link.txt\"\n"
            + "[[acts.never.input]]\ntype = \"text\"\nfile = \"deep.txt\"\n");

    WorkingSet set = load();

    assertThat(set.warnings()).anyMatch(warning -> warning.code().equals("file_outside"));
    assertThat(set.sources().keySet()).containsOnly(ENTRY, "narratives/poster.toml");
  }

  private WorkingSet load() {
    return new ConfigLoader(new DiskSourceFiles(work, Optional.empty(), work), environment())
        .load(ENTRY);
  }

  private Environment environment() {
    return new Environment(Map.of("OUTSIDE", directory.resolve("outside").toString()));
  }

  private void writeNarrative(String input) throws IOException {
    Files.writeString(
        work.resolve("narratives/poster.toml"), narrative("[\"look\", " + input + "]"));
  }

  private static String narrative(String act) {
    return """
    toc = ["a"]
    [narrative]
    name = "poster"
    [acts]
    a = %s
    """
        .formatted(act);
  }
}
