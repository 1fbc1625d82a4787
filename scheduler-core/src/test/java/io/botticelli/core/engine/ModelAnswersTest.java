package io.botticelli.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.engine.JsonExtractor.Extraction;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers as models give them, good and bad, against exactly the rows that come out.
 *
 * <p>What only looks like JSON (single quotes, keys without quotes, comments, words of other
 * languages, a missing comma) is refused: where a text ends cannot be told for certain there, and a
 * wrong row in a queue costs more than a failed act.
 */
class ModelAnswersTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonExtractor extractor = new JsonExtractor();

  /**
   * One file: {@code expected:} rows or {@code nothing}, {@code repaired:} yes or no, a line of
   * three hyphens, then the answer to its last character.
   */
  record Answer(String name, String expected, boolean repaired, String response) {
    static Answer read(Path file) {
      try {
        String[] parts = Files.readString(file).split("(?<=\n)---\n", 2);
        String[] head = parts[0].split("\n");
        return new Answer(
            file.getFileName().toString(),
            head[0].substring("expected: ".length()),
            head[1].equals("repaired: yes"),
            parts[1]);
      } catch (IOException failure) {
        throw new IllegalStateException(failure);
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Answer> answers() throws IOException, URISyntaxException {
    Path directory =
        Path.of(Objects.requireNonNull(ModelAnswersTest.class.getResource("answers")).toURI());
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .sorted()
          .map(Answer::read)
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("answers")
  void givesExactlyTheseRows(Answer answer) throws IOException {
    Optional<Extraction> found = extractor.extract(answer.response());

    if (answer.expected().equals("nothing")) {
      assertThat(found).isEmpty();
      return;
    }
    assertThat(found).isPresent();
    assertThat(JSON.valueToTree(found.get().rows()).toString())
        .isEqualTo(JSON.readTree(answer.expected()).toString());
    assertThat(found.get().repaired()).as("repaired").isEqualTo(answer.repaired());
  }

  @Test
  void theCorpusIsThere() throws Exception {
    assertThat(answers()).hasSizeGreaterThan(90);
  }

  @Test
  void anAnswerCutAnywhereGivesWholeRowsOrTheBeginningOfTheFirst() throws IOException {
    String whole =
        "```json\n[{\"title\": \"\u00c9t\u00e9 \uD83C\uDF0D, \\\"now\\\"\", \"tags\": [\"a\", {\"b\":"
            + " null}], \"n\": 1205, \"ok\": true}, {\"title\": \"second } ] row\", \"n\": -2.5e3},"
            + " {\"title\": \"third\", \"n\": 0}]\n```";
    List<JsonNode> rows = extractor.extract(whole).orElseThrow().rows();
    byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
    List<Integer> counts = new ArrayList<>();

    for (int cut = 0; cut < bytes.length; cut++) {
      String part = new String(bytes, 0, cut, StandardCharsets.UTF_8);
      List<JsonNode> found = extractor.extract(part).map(Extraction::rows).orElse(List.of());

      counts.add(found.size());
      for (int row = 0; row < found.size(); row++) {
        if (found.size() == 1) {
          assertBeginning(part, found.get(0), rows.get(0));
        } else {
          assertThat(found.get(row)).as(part).isEqualTo(rows.get(row));
        }
      }
    }

    assertThat(counts).as("never fewer rows of a longer answer").isSorted().contains(0, 1, 2, 3);
  }

  /** Fields are whole, but for the end of a text or an array. */
  private static void assertBeginning(String part, JsonNode found, JsonNode whole) {
    for (Map.Entry<String, JsonNode> field : found.properties()) {
      JsonNode expected = whole.get(field.getKey());
      assertThat(expected).as(part).isNotNull();
      if (expected.isTextual()) {
        assertThat(expected.asText()).as(part).startsWith(withoutCutLetter(field.getValue()));
      } else if (!expected.isArray()) {
        assertThat(field.getValue()).as(part).isEqualTo(expected);
      }
    }
  }

  /** Half a letter at the cut decodes as a replacement character. */
  private static String withoutCutLetter(JsonNode text) {
    return text.asText().replaceAll("[\uFFFD\uD800-\uDBFF]+$", "");
  }

  @Test
  void anObjectCutAnywhereNeverGetsAFieldItDidNotHave() {
    String whole =
        "{\"a\": \"one two\", \"b\": {\"c\": [10, 20], \"d\": \"x\"}, \"e\": 12.75, \"f\": false}";
    JsonNode row = extractor.extract(whole).orElseThrow().rows().get(0);

    for (int cut = 0; cut < whole.length(); cut++) {
      String part = whole.substring(0, cut);

      extractor
          .extract(part)
          .ifPresent(
              found -> {
                assertThat(found.repaired()).as(part).isTrue();
                assertThat(found.rows()).as(part).hasSize(1);
                found
                    .rows()
                    .get(0)
                    .fieldNames()
                    .forEachRemaining(name -> assertThat(row.has(name)).as(part).isTrue());
                JsonNode number = found.rows().get(0).path("e");
                assertThat(number.isMissingNode() || number.equals(row.get("e")))
                    .as("no cut number in: " + part)
                    .isTrue();
              });
    }
  }

  @Test
  void tellsThatOneOfSeveralObjectsWasTaken() {
    Extraction found = extractor.extract("{\"a\": 1}\n{\"b\": 22, \"c\": 3}").orElseThrow();

    assertThat(found.warnings()).singleElement().asString().contains("2", "longest");
  }

  @Test
  void aNulCharacterInsideATextIsKeptForTheStoreToReplace() {
    Extraction raw = extractor.extract("{\"a\": \"x\0y\"}").orElseThrow();
    Extraction escaped = extractor.extract("{\"a\": \"x\\u0000y\"}").orElseThrow();

    assertThat(raw.rows()).isEqualTo(escaped.rows());
    assertThat(raw.repaired()).isTrue();
    assertThat(escaped.rows().get(0).get("a").asText()).isEqualTo("x\0y");
  }

  @Test
  void nestingWithoutEndIsRefused() {
    String deep = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);

    assertThat(extractor.extract(deep)).isEmpty();
    assertThat(extractor.extract("[".repeat(10_000) + "{\"a\":1}" + "]".repeat(10_000))).isEmpty();
    assertThat(extractor.extract(deep.substring(0, 30_000))).isEmpty();
  }

  @Test
  void tenMegabytesAreReadInSeconds() {
    String text = "x".repeat(10_000_000);
    StringBuilder many = new StringBuilder("[");
    for (int i = 0; i < 100_000; i++) {
      many.append("{\"n\": ")
          .append(i)
          .append(", \"text\": \"")
          .append("y".repeat(80))
          .append("\"},");
    }
    long start = System.nanoTime();

    Extraction one = extractor.extract("{\"a\": \"" + text + "\"}").orElseThrow();
    Extraction rows = extractor.extract("```json\n" + many).orElseThrow();
    Optional<Extraction> prose = extractor.extract(text + ": [" + text);

    assertThat(one.rows().get(0).get("a").asText()).hasSize(10_000_000);
    assertThat(rows.rows()).hasSize(100_000);
    assertThat(prose).isEmpty();
    assertThat((System.nanoTime() - start) / 1_000_000_000.0).as("seconds").isLessThan(20);
  }
}
