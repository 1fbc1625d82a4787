package io.botticelli.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.ModelRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One narrative file for each feature of the format, loaded and run on the real tables. */
@Tag("db")
class NarrativeFeaturesDbTest {
  private static final String NEWS = "The heron is back";

  /**
   * A feature of the format.
   *
   * @param file narrative file without its ending
   * @param name narrative in the file, or empty
   * @param proof fails unless the feature had its effect
   */
  record Feature(String file, Optional<String> name, Proof proof) {
    @Override
    public String toString() {
      return file;
    }
  }

  /** Looks at what a run left behind. */
  @FunctionalInterface
  interface Proof {
    void check(RealEngine engine, RunResult result);
  }

  static Stream<Feature> features() {
    return Stream.of(
            List.of(
                asks("form_single", "Say one thing"),
                new Feature(
                    "form_multi",
                    Optional.of("second"),
                    (engine, result) ->
                        assertThat(engine.model().prompts())
                            .containsExactly("Say the second thing")),
                asks("form_act_list", "item\ncheese\nbread\napple\n", "Count the stock"),
                posts("form_steps", "walks", NEWS),
                asks("act_string", "Greet the reader"),
                asks("act_array", "First part", "Second part"),
                asks("act_table", "Say it briefly"),
                new Feature(
                    "act_composition",
                    Optional.of("outer"),
                    (engine, result) ->
                        assertThat(engine.model().prompts())
                            .containsExactly("Think deeply", "Repeat " + NEWS)),
                asks("input_text", "A text without a type"),
                asks("input_text_file", "about herons.", "Follow the style"),
                shows("input_image", "image", "image/png"),
                shows("input_audio", "audio", "audio/wav"),
                shows("input_video", "video", "video/mp4"),
                shows("input_document", "document", "application/pdf"),
                asks("input_table", "item,pieces\ncheese,30\nbread,20\napple,5"),
                asks("input_bot_command", "\"guild_id\"", "\"member_count\""),
                asks("ref_bots", "\"@everyone\"", "Describe the roles"),
                asks("ref_tables", "item\napple"),
                shows("ref_media", "image", "image/png"),
                new Feature(
                    "ref_narratives",
                    Optional.empty(),
                    (engine, result) ->
                        assertThat(engine.model().prompts())
                            .satisfiesExactly(
                                first -> assertThat(first).isEqualTo("Greet the reader"),
                                then -> assertThat(then).contains(NEWS, "Build on it")))),
            List.of(
                settings("act_overrides", "gemini-2.5-pro", 1.0, Optional.of(321)),
                settings("narrative_model", "gemini-2.5-flash-lite", 0.25, Optional.empty()),
                settings("provider_config", "gemini-2.0-flash", 0.4, Optional.of(900)),
                query(
                    "skip_storing",
                    "SELECT count(*) FROM content_generation_tables"
                        + " WHERE table_name = 'skip_storing'",
                    "0"),
                query("implicit_storing", "SELECT title FROM content.implicit_storing", "Alpha"),
                query("target", "SELECT title FROM content.shelf", "Alpha"),
                query(
                    "template",
                    "SELECT item || pieces || source_narrative FROM content.template_rows",
                    "plum7template_rows"),
                query(
                    "carousel",
                    "SELECT count(*) FROM content.carousel_rows WHERE n IS NOT NULL",
                    "3"),
                rooms("environment", "from-environment"),
                rooms("environment_prefix", "from-environment-too"),
                query(
                    "state",
                    "SELECT s.value = (a.response::jsonb ->> 'id') FROM narrative_state s,"
                        + " act_executions a WHERE s.key = 'KEPT_ROOM' AND a.act_name = 'use'",
                    "t"),
                rooms("act_field", "new-name"),
                posts("braces_in_argument", "lounge", "News: " + NEWS),
                asks("braces_in_text", "Check <" + NEWS + ">"),
                asks("jinja", "Goods: apple=5; bread=20; cheese=30;"),
                query(
                    "pull_and_delete", "SELECT string_agg(item, ',') FROM content.stock", "cheese"),
                new Feature(
                    "history_retention",
                    Optional.empty(),
                    (engine, result) -> {
                      assertThat(engine.model().prompts().get(0)).contains("apple", "30");
                      assertThat(engine.model().lastConversation())
                          .contains("[Table: stock, 3 rows]", "Read both")
                          .doesNotContain("apple", "30");
                    }),
                asks("where_clause", "item\ncheese\nbread\n")))
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("features")
  void runsAndHasItsEffect(Feature feature) {
    RealEngine engine = shop();

    RunResult result =
        engine.run(engine.load("features/" + feature.file() + ".toml", feature.name()));

    assertThat(result.status()).as(result.toString()).isEqualTo(Status.COMPLETED);
    assertThat(result.contentFailed()).isFalse();
    feature.proof().check(engine, result);
  }

  @Test
  void aRequiredTableThatIsMissingFailsBeforeTheModelIsAsked() {
    RealEngine engine = shop();

    RunResult result = engine.run("features/required.toml");

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.errorMessage().orElseThrow()).contains("table_nobody_made");
    assertThat(engine.model().requests()).isEmpty();
  }

  private static RealEngine shop() {
    RealEngine engine =
        new RealEngine(
            prompt -> {
              if (prompt.contains("STOCK")) {
                return "{\"item\": \"plum\", \"pieces\": 7}";
              }
              return prompt.contains("JSON") ? "{\"title\": \"Alpha\", \"n\": 1}" : NEWS;
            });
    engine
        .database()
        .execute(
            "CREATE TABLE content.stock (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
                + " item varchar(40) NOT NULL, pieces integer NOT NULL,"
                + " counted_at timestamptz NOT NULL DEFAULT now())",
            "INSERT INTO content.stock (item, pieces) VALUES"
                + " ('apple', 5), ('bread', 20), ('cheese', 30)");
    return engine;
  }

  private static Feature asks(String file, String... parts) {
    return new Feature(
        file,
        Optional.empty(),
        (engine, result) -> {
          List<String> prompts = engine.model().prompts();
          assertThat(prompts.get(prompts.size() - 1)).contains(parts).doesNotContain("{{", "{%");
        });
  }

  private static Feature shows(String file, String kind, String mime) {
    return new Feature(
        file,
        Optional.empty(),
        (engine, result) -> {
          ModelRequest request = engine.model().requests().get(0);
          assertThat(request.messages().get(0).parts())
              .filteredOn(Message.Part.Media.class::isInstance)
              .map(Message.Part.Media.class::cast)
              .singleElement()
              .satisfies(
                  media -> {
                    assertThat(media.kind()).isEqualTo(kind);
                    assertThat(media.mime()).isEqualTo(mime);
                    assertThat(media.data()).hasSize(8);
                  });
        });
  }

  private static Feature settings(
      String file, String model, double temperature, Optional<Integer> maxTokens) {
    return new Feature(
        file,
        Optional.empty(),
        (engine, result) -> {
          ModelRequest request = engine.model().requests().get(0);
          assertThat(request.model()).isEqualTo(model);
          assertThat(request.temperature()).contains(temperature);
          assertThat(request.maxTokens()).isEqualTo(maxTokens);
        });
  }

  private static Feature query(String file, String sql, String expected) {
    return new Feature(
        file,
        Optional.empty(),
        (engine, result) -> assertThat(engine.database().value(sql)).isEqualTo(expected));
  }

  private static Feature posts(String file, String channel, String text) {
    return new Feature(
        file,
        Optional.empty(),
        (engine, result) -> assertThat(engine.messages(channel)).containsExactly(text));
  }

  private static Feature rooms(String file, String name) {
    return query(
        file,
        "SELECT string_agg(name, ',') FROM preview_channels WHERE guild_id = '"
            + RealEngine.GUILD
            + "'",
        name);
  }
}
