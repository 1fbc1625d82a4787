package io.botticelli.core.narrative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.botticelli.core.toml.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A corpus of files with one mistake each. The comments at the top of a file say what must be
 * reported: severity, code, line and a part of the message.
 */
class BrokenNarrativesTest {
  private static final Map<String, String> FILES = NarrativeFiles.below("broken");
  private static final Pattern EXPECTATION =
      Pattern.compile("# (error|warning) (\\S+) (\\d+) (.+)");

  private final NarrativeParser parser = NarrativeFiles.parser(FILES, Map.of());

  static Stream<String> files() {
    return FILES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void reportsTheMistakeOfEachFile(String file) {
    List<String> expected = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    FILES
        .get(file)
        .lines()
        .map(EXPECTATION::matcher)
        .filter(Matcher::matches)
        .forEach(
            match -> {
              expected.add(match.group(1) + " " + match.group(2) + " " + match.group(3));
              texts.add(match.group(4));
            });

    List<Problem> problems = problemsOf(file);

    assertThat(expected).as("expectations in %s", file).isNotEmpty();
    assertThat(problems)
        .as("problems of %s: %s", file, problems.stream().map(Problem::render).toList())
        .extracting(
            problem ->
                problem.severity().name().toLowerCase(Locale.ROOT)
                    + " "
                    + problem.code()
                    + " "
                    + problem.line())
        .containsExactlyInAnyOrderElementsOf(expected);
    String messages = problems.stream().map(Problem::message).reduce("", (a, b) -> a + "\n" + b);
    assertThat(texts).as("messages of %s: %s", file, messages).allMatch(messages::contains);
    assertThat(problems).allSatisfy(problem -> assertThat(problem.file()).isEqualTo(file));
  }

  @ParameterizedTest
  @MethodSource("files")
  void refusesToLoadExactlyTheFilesWithErrors(String file) {
    boolean broken = FILES.get(file).contains("# error ");

    NarrativeSyntaxException refusal =
        catchThrowableOfType(NarrativeSyntaxException.class, () -> load(file));

    assertThat(refusal != null).as("%s is refused", file).isEqualTo(broken);
  }

  private void load(String file) {
    NarrativeFile parsed = parser.parse(file);
    parsed.choose(Optional.of(parsed.narratives().get(0).key()));
  }

  private List<Problem> problemsOf(String file) {
    try {
      return parser.parse(file).validateAll();
    } catch (NarrativeSyntaxException e) {
      return e.problems();
    }
  }
}
