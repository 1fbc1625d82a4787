package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.toml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One file per mistake. The last line of each file, {@code #! severity code rendered problem}, says
 * what must be reported; nothing else may be.
 */
class BrokenFilesTest {
  private static final Path CORPUS = Path.of("src/test/resources/io/botticelli/core/config/broken");
  private static final String MARK = "#! ";

  static Stream<Path> files() throws IOException {
    return Files.list(CORPUS).sorted();
  }

  @ParameterizedTest
  @MethodSource("files")
  void reportsExactlyTheMistakeWithPlaceAndRemedy(Path file) throws IOException {
    String text = Files.readString(file);
    List<String> expected =
        text.lines()
            .filter(line -> line.startsWith(MARK))
            .map(line -> line.substring(MARK.length()))
            .toList();

    List<String> reported = problems(text).stream().map(BrokenFilesTest::shown).toList();

    assertThat(expected).as("the file says what to expect").isNotEmpty();
    assertThat(reported).containsExactlyElementsOf(expected);
  }

  @Test
  void noMessageShowsASecret() throws IOException {
    for (Path file : files().toList()) {
      assertThat(problems(Files.readString(file)))
          .allSatisfy(problem -> assertThat(problem.render()).doesNotContain("hunter2"));
    }
  }

  private static String shown(Problem problem) {
    return problem.severity() + " " + problem.code() + " " + problem.render();
  }

  private static List<Problem> problems(String text) {
    WorkingSetFiles files =
        WorkingSetFiles.of("broken.toml", text)
            .withNarrative("narratives/ok.toml")
            .with("narratives/broken.toml", "toc = [\"a\"]\n[narrative]\nname = \"broken\"\n")
            .with(
                "narratives/multi.toml",
                """
                [narrative.one]
                toc = ["a"]
                [narrative.three]
                toc = ["a"]
                [acts]
                a = "Say a"
                """)
            .with(
                "actors/ok.toml",
                """
                [actor]
                name = "ok"
                schedule = "manual"
                [skills.narrative_execution]
                narrative_path = "ok"
                """);
    try {
      return files.load("broken.toml").warnings();
    } catch (ConfigException e) {
      return e.problems();
    }
  }
}
