package io.botticelli.core.model.offline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.Message.Role;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class OfflineLanguageModelPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OfflineLanguageModel model = new OfflineLanguageModel();

  @Property(tries = 500)
  void answersAnyConversation(@ForAll List<String> texts) {
    List<Message> messages =
        texts.stream()
            .map(text -> Message.of(Role.values()[Math.abs(text.length() % 3)], text))
            .toList();

    assertThat(generate(messages).text()).isNotNull();
  }

  @Property(tries = 500)
  void answersAnyPromptMadeOfSyntax(@ForAll("syntax") String prompt) {
    assertThat(generate(List.of(Message.of(Role.USER, prompt))).text()).isNotBlank();
  }

  @Property(tries = 300)
  void answersWithTheKeysOfTheExampleGiven(
      @ForAll("examples") ObjectNode example, @ForAll boolean fenced) throws Exception {
    String shown = fenced ? "```json\n" + example.toPrettyString() + "\n```" : example.toString();

    JsonNode answer = answerTo("Write a post. Return JSON in exactly this format:\n" + shown);

    assertThat(shapeOf(answer)).isEqualTo(shapeOf(example));
  }

  private JsonNode answerTo(String prompt) throws JsonProcessingException {
    return JSON.readTree(generate(List.of(Message.of(Role.USER, prompt))).text());
  }

  private ModelResponse generate(List<Message> messages) {
    return model.generate(
        new ModelRequest(
            "offline", Optional.empty(), Optional.empty(), messages, Duration.ofSeconds(5)));
  }

  @Provide
  Arbitrary<String> syntax() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "\n",
            "|",
            "---",
            "- ",
            "name",
            "json",
            "```",
            "(",
            ")",
            "keep two",
            "1-10",
            "a|b",
            "array of",
            " ",
            "\\",
            "fields:",
            "string",
            "#",
            "// x",
            "99999999999999999999",
            "{\"a\": 1}",
            "[{\"a\": \"b\"}]",
            "id,name\n1,2\n")
        .list()
        .ofMaxSize(60)
        .map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<ObjectNode> examples() {
    Arbitrary<JsonNode> leaf =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(40).map(JSON.getNodeFactory()::textNode),
            Arbitraries.integers().map(JSON.getNodeFactory()::numberNode),
            Arbitraries.doubles().between(-1000, 1000).map(JSON.getNodeFactory()::numberNode),
            Arbitraries.of(true, false).map(JSON.getNodeFactory()::booleanNode));
    Arbitrary<JsonNode> list =
        leaf.list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(
                values -> {
                  ArrayNode array = JSON.createArrayNode();
                  values.forEach(array::add);
                  return array;
                });
    return Arbitraries.maps(
            Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars('_')
                .ofMinLength(1)
                .ofMaxLength(12),
            Arbitraries.oneOf(leaf, list))
        .ofMinSize(1)
        .ofMaxSize(8)
        .map(OfflineLanguageModelPropertyTest::object);
  }

  private static ObjectNode object(Map<String, JsonNode> fields) {
    ObjectNode object = JSON.createObjectNode();
    fields.forEach(object::set);
    return object;
  }

  private static List<String> shapeOf(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }
}
