package io.botticelli.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.engine.JsonExtractor.Extraction;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonExtractorTest {
  private final JsonExtractor extractor = new JsonExtractor();

  private Extraction found(String response) {
    return extractor.extract(response).orElseThrow(() -> new AssertionError("nothing found"));
  }

  @Test
  void readsAnObjectAsOneRow() {
    Extraction extraction = found("  {\"a\": 1}\n");

    assertThat(extraction.rows()).hasSize(1);
    assertThat(extraction.repaired()).isFalse();
  }

  @Test
  void readsAnArrayAsOneRowForEachElementAndSkipsWhatIsNoObject() {
    Extraction extraction = found("[{\"a\":1}, 7, {\"a\":2}]");

    assertThat(extraction.rows()).hasSize(2);
    assertThat(extraction.warnings()).singleElement().asString().contains("1 of 3");
  }

  @Test
  void readsAnEmptyArrayAsZeroRows() {
    assertThat(found("```json\n[]\n```").rows()).isEmpty();
  }

  @Test
  void unwrapsAnObjectWhoseOnlyValueIsAnArrayOfObjects() {
    assertThat(found("{\"posts\":[{\"a\":1},{\"a\":2}]}").rows()).hasSize(2);
  }

  @Test
  void prefersTheJsonFenceToOtherFencesAndProse() {
    String response =
        """
        Here is code:
        ```python
        x = {"wrong": 1}
        ```
        and the answer:
        ```json
        {"right": 1}
        ```
        """;

    assertThat(found(response).value().has("right")).isTrue();
  }

  @Test
  void keepsAValueThatHoldsACodeFenceIntact() {
    String response =
        """
        ```json
        {"text": "Run it:\\n```sh\\nmvn verify\\n```\\ndone"}
        ```
        """;

    assertThat(found(response).value().get("text").asText())
        .isEqualTo("Run it:\n```sh\nmvn verify\n```\ndone");
  }

  @Test
  void keepsAValueWithAFenceOnItsOwnLineIntact() {
    String response =
        "```json\n{\"text\": \"Run it:\n```sh\nmvn verify\n```\ndone\", \"n\": 1}\n```";

    Extraction extraction = found(response);

    assertThat(extraction.repaired()).isTrue();
    assertThat(extraction.value().get("text").asText()).contains("```sh\nmvn verify\n```");
    assertThat(extraction.value().get("n").asInt()).isEqualTo(1);
  }

  @Test
  void takesTheObjectNotAnArrayInsideIt() {
    assertThat(found("Sure! {\"tags\": [\"a\",\"b\"], \"n\": 1} Enjoy.").value().has("tags"))
        .isTrue();
  }

  @Test
  void findsNothingInProse() {
    assertThat(extractor.extract("Just a post: nice [link] and {thing}.")).isEmpty();
    assertThat(extractor.extract("")).isEmpty();
    assertThat(extractor.extract("[1, 2, 3]")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"a\": 1, \"b\": \"x\"} | {\"a\":1,\"b\":\"x\"}",
        "\"a\": 1, \"b\": \"x\" | {\"a\":1,\"b\":\"x\"}",
        "JSON: {\"a\": [1,2,],} | {\"a\":[1,2]}",
        "{\u201Ca\u201D: \u201Csaid \"hi\" there\u201D} | {\"a\":\"said \\\"hi\\\" there\"}",
        "{\"a\": 1, \"b\": \"cut he | {\"a\":1,\"b\":\"cut he\"}",
        "{\"a\": 1, \"b | {\"a\":1}",
        "{\"a\": 1, \"b\": | {\"a\":1}",
        "{\"a\": 1, \"b\": tru | {\"a\":1}",
        "[{\"a\":1},{\"a\":2},{\"a\":3 | [{\"a\":1},{\"a\":2}]",
        "{\"posts\":[{\"a\":1},{\"a\":2},{\"a | {\"posts\":[{\"a\":1},{\"a\":2}]}",
        "{\"a\": \"x\\ | {\"a\":\"x\"}",
        "{\"a\": \"x\\u00 | {\"a\":\"x\"}",
      })
  void mendsWhatModelsGetWrong(String response, String expected) throws Exception {
    Extraction extraction = found(response);

    assertThat(extraction.repaired()).isTrue();
    assertThat(extraction.value()).isEqualTo(new ObjectMapper().readTree(expected));
  }

  @Test
  void doesNotInventARowFromNothing() {
    assertThat(extractor.extract("{")).isEmpty();
    assertThat(extractor.extract("[{\"a")).isEmpty();
  }

  @Test
  void staysFastOnHostileAnswers() {
    List<String> hostile =
        List.of(
            "{".repeat(2_000_000),
            "[{\"a\":".repeat(300_000),
            "\n```json\n{".repeat(200_000),
            "\"".repeat(1_000_000) + "{",
            "{\"a\":\"" + "x".repeat(10_000_000));

    long start = System.nanoTime();
    hostile.forEach(extractor::extract);

    assertThat((System.nanoTime() - start) / 1_000_000_000.0).isLessThan(20);
  }

  @Property
  void neverThrows(@ForAll String response) {
    assertThat(extractor.extract(response)).isNotNull();
    assertThat(extractor.extract("{\"a\":\"" + response)).isNotNull();
    assertThat(extractor.extract("```json\n" + response)).isNotNull();
  }

  @Property
  void findsJsonWhateverSurroundsIt(@ForAll int number, @ForAll boolean fenced) {
    String json = "{\"n\": " + number + ", \"t\": \"a } b ] c\"}";
    String response = fenced ? "Text\n```json\n" + json + "\n```\nmore" : "Text " + json + " more";

    assertThat(found(response).value().get("n").asInt()).isEqualTo(number);
  }
}
