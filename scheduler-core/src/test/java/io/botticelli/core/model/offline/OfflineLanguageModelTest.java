package io.botticelli.core.model.offline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.LanguageModelContract;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.Message.Part;
import io.botticelli.core.model.Message.Role;
import io.botticelli.core.model.ModelResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OfflineLanguageModelTest extends LanguageModelContract {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DOCUMENT =
      """
      # The valley

      ## Rain in spring

      Rain falls often in the spring months. It waters the fields of the valley. Clouds come \
      from the west most days.

      ## Snow in winter

      - Snow covers the roads in January every year.
      - Ploughs keep the passes open until late evening.
      """;
  private static final String ROWS =
      """
      [{"id":1,"text_content":"First | post\\nsecond line","review_status":"pending"},
       {"id":2,"text_content":"Another post","review_status":"pending"},
       {"id":3,"text_content":"A third post","review_status":"pending"},
       {"id":4,"text_content":"Another post","review_status":"pending"}]
      """;

  private final OfflineLanguageModel model = new OfflineLanguageModel();

  @Override
  protected LanguageModel model() {
    return model;
  }

  @Override
  protected String modelName() {
    return "offline";
  }

  @Test
  void answersTheSameConversationTheSameWay() {
    Message[] conversation = {user(DOCUMENT, "Write one post about snow."), user("Rewrite it.")};

    ModelResponse first = model.generate(request(conversation));
    ModelResponse second = new OfflineLanguageModel().generate(request(conversation));

    assertThat(second).isEqualTo(first);
    assertThat(first.model()).isEqualTo("offline");
  }

  @Test
  void drawsAPostFromTheSectionThePromptIsAbout() {
    assertThat(answer(user(DOCUMENT, "Write one post about snow in winter.")))
        .contains("Snow covers the roads in January every year.");
    assertThat(answer(user(DOCUMENT, "Write one post about rain in spring.")))
        .contains("Rain falls often in the spring months.");
  }

  @Test
  void saysThatItDidNotLookAtMedia() {
    Part text = new Part.Text("Describe what you see.");
    Part image = new Part.Media("image", "image/png", new byte[] {1});

    assertThat(answer(new Message(Role.USER, List.of(text, image, image))))
        .endsWith(" [The offline model did not look at: image.]");
    assertThat(answer(new Message(Role.USER, List.of(text)))).doesNotContain("did not look");
  }

  @Test
  void doesNotRepeatSentencesOfRowsItIsToldToAvoid() {
    String rows = "[{\"text_content\":\"Snow covers the roads in January every year.\"}]";

    String text =
        answer(user(DOCUMENT, rows, "Write one post about snow in winter. Do not repeat these."));

    assertThat(text).doesNotContain("Snow covers the roads").contains("Ploughs");
  }

  @Test
  void keepsTheDraftThroughCritiqueRevisionFormatAndAudit() throws Exception {
    List<Message> history = new ArrayList<>();
    String draft = ask(history, user(DOCUMENT, "Write one post about snow in winter."));
    String critique = ask(history, user("Critique the draft. Do not return JSON."));
    String revised = ask(history, user("Rewrite the post so that it answers the critique."));
    String formatted =
        ask(
            history,
            user(
                """
                Return the post as one JSON object:
                {"text_content": "the post", "angle": "feature", "characters": 420}
                """));
    String audited =
        ask(
            history,
            user(
                """
                Audit the object and return it, corrected where needed, in the same format:
                {"text_content": "the post", "angle": "feature", "characters": 420}
                """));

    assertThat(critique).contains("characters").doesNotStartWith("{");
    assertThat(revised).startsWith(draft.substring(0, 20));
    assertThat(JSON.readTree(formatted).path("text_content").asText()).isEqualTo(revised);
    assertThat(JSON.readTree(formatted).path("angle").asText()).isEqualTo("feature");
    assertThat(audited).isEqualTo(formatted);
  }

  @Test
  void copiesDistinctRowsWordForWordWhenItCurates() throws Exception {
    JsonNode kept =
        JSON.readTree(
            answer(
                user(
                    ROWS,
                    """
                    Score every candidate from 0 to 100 and keep the best two or three.
                    Answer with a JSON array, one object per kept post:
                    [{"text_content": "copied", "score": 88, "reason": "why it was kept"}]
                    """)));

    Set<String> texts = new HashSet<>();
    kept.forEach(post -> texts.add(post.path("text_content").asText()));
    assertThat(kept.size()).isBetween(2, 3);
    assertThat(texts)
        .hasSize(kept.size())
        .isSubsetOf("First | post\nsecond line", "Another post", "A third post");
    assertThat(kept)
        .allSatisfy(
            post -> {
              assertThat(post.path("score").asInt()).isBetween(0, 100);
              assertThat(post.path("reason").asText()).isNotBlank();
            });
  }

  @Test
  void keepsNothingWhenThereAreNoCandidates() {
    String prompt = "Keep the best two. Answer with a JSON array like [{\"text_content\": \"x\"}]";

    assertThat(answer(user("[]", prompt))).isEqualTo("[]");
    assertThat(answer(user("No data", prompt))).isEqualTo("[]");
  }

  @Test
  void readsRowsOfEveryFormatTheEngineRenders() throws Exception {
    String markdown = "id | text_content\n--- | ---\n5 | A post\n\nwith \\| lines\n6 | B";
    String csv = "id,text_content\n5,\"A post\n\nwith | lines\"\n6,B\n";
    String prompt = "Return the best one as a JSON object: {\"id\": 1, \"text_content\": \"x\"}";
    List<String> texts = List.of("A post\n\nwith | lines", "B");

    for (String table : List.of(markdown, csv, "[table posts: 2 rows]\n" + csv)) {
      JsonNode object = JSON.readTree(answer(user(table, prompt)));

      assertThat(texts).contains(object.path("text_content").asText());
      assertThat(object.path("id").asInt()).isBetween(5, 6);
    }
  }

  @Test
  void handsARowOnReadyToBePosted() {
    String row = "[{\"id\":9,\"text_content\":\"**Hello** world\\n\\nSecond paragraph.\"}]";

    assertThat(answer(user(row, "Answer with exactly the message text of this row.")))
        .isEqualTo("**Hello** world\n\nSecond paragraph.");
  }

  @Test
  void writesSomethingNewInViewOfRowsUnlessItIsToldToWorkOnThem() throws Exception {
    String rows = "[{\"question\":\"Is it open?\",\"answer\":\"It is open on Mondays.\"}]";
    String form = " as a JSON object: {\"question\": \"text\", \"answer\": \"text\"}";

    JsonNode written = JSON.readTree(answer(user(rows, "Generate one FAQ entry" + form)));
    JsonNode chosen = JSON.readTree(answer(user(rows, "Select the best entry" + form)));

    assertThat(written.path("answer").asText()).isNotBlank();
    assertThat(written.path("question").asText()).isNotEqualTo("Is it open?");
    assertThat(chosen.path("question").asText()).isEqualTo("Is it open?");
  }

  @Test
  void cutsARowThatIsLongerThanOneMessage() {
    String row = "[{\"text_content\":\"" + "A sentence of the post. ".repeat(200) + "\"}]";

    String text = answer(user(row, "Output only the message text, exactly."));

    assertThat(text.codePointCount(0, text.length())).isBetween(1000, 2000);
    assertThat(text).endsWith(".");
  }

  static Stream<Arguments> promptsThatDemandObjects() {
    return Stream.of(
        Arguments.of("Return JSON: {\"a\": \"x\", \"b\": 1}", "a:string,b:int"),
        Arguments.of(
            "Example:\n```json\n{\"a\": 0.5, // note\n\"b\": true,}\n```", "a:float,b:bool"),
        Arguments.of(
            "Format:\n{\"a\": <1-10>, \"b\": \"string\", \"c\": [\"tag\", ...]}",
            "a:int,b:string,c:array"),
        Arguments.of(
            "JSON like {\"a\": \"integer\", \"b\": \"array of strings\"}", "a:int,b:array"),
        Arguments.of(
            "Return a JSON object.\n- title (string)\n- points: integer 1-10\n- rate: float",
            "title:string,points:int,rate:float"),
        Arguments.of(
            "JSON object, required fields: title, body_text, score",
            "title:string,body_text:string,score:int"),
        Arguments.of(
            "JSON with text_content, score and tags", "text_content:string,score:int,tags:array"),
        Arguments.of(
            "Return JSON.\n\n| field | type | note |\n|---|---|---|\n| `name` | string | x |\n| `age` | integer | y |",
            "name:string,age:int"),
        Arguments.of(
            "Return JSON matching the schema {\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":3,\"maximum\":4},\"b\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}",
            "a:int,b:array"),
        Arguments.of(
            "Required columns:\n- id: 64-bit integer (18-digit snowflake)\n- name: text, max length 10\n- nsfw: boolean\nOptional columns:\n- created_at: timestamp (optional)\nOnly JSON, no fences.",
            "id:int,name:string,nsfw:bool,created_at:string"),
        Arguments.of(
            "Give me a JSON object with keys \"summary\", \"keywords\" and \"confidence\" (0.0-1.0).",
            "summary:string,keywords:array,confidence:float"),
        Arguments.of(
            "JSON:\n{\n \"points\": number,\n \"rarity\": 0.25,\n \"open\": true\n}",
            "points:int,rarity:float,open:bool"),
        Arguments.of(
            "Create a rule as JSON. It must have:\n- title: short\n- severity: \"low\" or \"high\"\n"
                + "- position: where it stands",
            "title:string,severity:string,position:string"),
        Arguments.of("Answer with JSON and nothing else.", "text_content:string"),
        Arguments.of(
            "Output exactly {\"outer\": {\"inner\": [1, 2]}, \"none\": null}",
            "outer:object,none:null"));
  }

  @ParameterizedTest
  @MethodSource("promptsThatDemandObjects")
  void answersAnObjectOfTheFormAskedFor(String prompt, String expected) throws Exception {
    JsonNode object = JSON.readTree(answer(user(prompt)));

    List<String> fields = new ArrayList<>();
    object.properties().forEach(field -> fields.add(field.getKey() + ":" + type(field.getValue())));
    assertThat(fields).containsExactlyElementsOf(Arrays.asList(expected.split(",")));
  }

  static Stream<Arguments> promptsThatDemandArrays() {
    return Stream.of(
        Arguments.of("Return a JSON array of exactly 3 objects like {\"a\": \"x\"}", 3, 3),
        Arguments.of("Generate five ideas as a JSON array: [{\"a\": \"x\"}]", 5, 5),
        Arguments.of("JSON array, keep the best two: [{\"a\": \"x\"}]", 2, 2),
        Arguments.of("JSON array with 2-3 elements: [{\"a\": \"x\"}]", 2, 3),
        Arguments.of(
            "Select two or three. Format: [{\"a\": \"x\"}]. At most 280 characters each.", 2, 3),
        Arguments.of("Return [{\"a\": \"x\"}, {\"a\": \"y\"}] in this format", 2, 2),
        Arguments.of(
            "Produce between 4 and 6 objects in a JSON array, one object per idea, fields: a, b",
            4,
            6));
  }

  @ParameterizedTest
  @MethodSource("promptsThatDemandArrays")
  void answersAnArrayOfTheSizeAskedFor(String prompt, int least, int most) throws Exception {
    JsonNode array = JSON.readTree(answer(user(prompt)));

    assertThat(array.isArray()).isTrue();
    assertThat(array.size()).isBetween(least, most);
    assertThat(array).allSatisfy(element -> assertThat(element.has("a")).isTrue());
  }

  @Test
  void answersPlainStringsAndFieldsNamedBeforeTheWordJson() throws Exception {
    JsonNode tags =
        JSON.readTree(answer(user("Return a JSON array of strings: words on cooking.")));
    JsonNode posts =
        JSON.readTree(
            answer(user("Select the top 3. Output text_content and source as JSON array.")));

    assertThat(tags).isNotEmpty().allSatisfy(tag -> assertThat(tag.isTextual()).isTrue());
    assertThat(posts).hasSize(3);
    assertThat(posts)
        .allSatisfy(post -> assertThat(post.has("text_content") && post.has("source")).isTrue());
  }

  @Test
  void numbersElementsAndKeepsRangesAndLimitsOfTheirOwn() throws Exception {
    JsonNode rules =
        JSON.readTree(
            answer(
                user(
                    """
                    Generate 3 rules as a JSON array. Each object must have:
                    - rule_number: integer
                    - title: text, at most 12 characters
                    - weight: integer, 0 to 4
                    - owner_id: 64-bit integer, an 18-digit snowflake
                    """)));

    assertThat(rules).hasSize(3);
    Set<Long> owners = new HashSet<>();
    for (int i = 0; i < rules.size(); i++) {
      assertThat(rules.get(i).path("rule_number").asInt()).isEqualTo(i + 1);
      assertThat(rules.get(i).path("title").asText()).hasSizeBetween(1, 12);
      assertThat(rules.get(i).path("weight").asInt()).isBetween(0, 4);
      owners.add(rules.get(i).path("owner_id").asLong());
    }
    assertThat(owners).hasSize(3).allMatch(id -> Long.toString(id).length() == 18);
  }

  @Test
  void choosesAmongTheValuesOffered() throws Exception {
    JsonNode object =
        JSON.readTree(
            answer(user("Return JSON: {\"mood\": \"calm|wild\", \"n\": 3}. n is 1 to 5")));

    assertThat(object.path("mood").asText()).isIn("calm", "wild");
    assertThat(object.path("n").asInt()).isBetween(1, 5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "\u0000", "{", "[[[[", "```json", "|---|---|", "\ud800", "a|b\n---"})
  void answersSomethingToPromptsThatMakeNoSense(String prompt) {
    assertThat(answer(user(prompt))).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[",
        "\"",
        "{\"a\":",
        "a|",
        "- a (",
        "json ",
        "keep two ",
        "\n",
        "| ",
        "word ",
        "A b. "
      })
  void staysFastOnTenMegabytesOfAnything(String piece) {
    String prompt = piece.repeat(10_000_000 / piece.length());
    long start = System.nanoTime();

    String text = answer(user(prompt));

    assertThat(text).isNotBlank();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  private static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case NUMBER -> value.isIntegralNumber() ? "int" : "float";
      case BOOLEAN -> "bool";
      case ARRAY -> "array";
      case OBJECT -> "object";
      default -> "null";
    };
  }

  private String answer(Message... messages) {
    return model.generate(request(messages)).text();
  }

  private String ask(List<Message> history, Message message) {
    history.add(message);
    String text = answer(history.toArray(Message[]::new));
    history.add(Message.of(Role.ASSISTANT, text));
    return text;
  }

  private static Message user(String... texts) {
    return new Message(Role.USER, Arrays.stream(texts).<Part>map(Part.Text::new).toList());
  }
}
