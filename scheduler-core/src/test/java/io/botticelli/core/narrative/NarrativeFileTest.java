package io.botticelli.core.narrative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.botticelli.core.toml.Problem;
import io.botticelli.core.toml.Problem.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NarrativeFileTest {
  private static final String ONE =
      """
      [narrative]
      name = "curate_content"
      toc = ["a"]
      [acts]
      a = "x"
      """;
  private static final String TWO =
      """
      [narrative.first]
      name = "The First"
      toc = ["a"]
      [narrative.second]
      toc = ["broken"]
      [acts]
      a = "x"
      broken = "tables.missing"
      """;

  @Test
  void choosesTheOnlyNarrativeWithoutAName() {
    assertThat(file(ONE).choose(Optional.empty()).narrative().name()).isEqualTo("curate_content");
  }

  @Test
  void forgivesAWrongNameWhenThereIsOnlyOneNarrative() {
    NarrativeFile.Loaded loaded = file(ONE).choose(Optional.of("curate_and_approve"));

    assertThat(loaded.narrative().name()).isEqualTo("curate_content");
    assertThat(loaded.warnings())
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.code()).isEqualTo("narrative_name_mismatch");
              assertThat(warning.message())
                  .isEqualTo(
                      "n.toml holds no narrative \"curate_and_approve\"; its only one,"
                          + " \"curate_content\", is used");
            });
  }

  @Test
  void asksForANameWhenThereAreSeveral() {
    assertThatThrownBy(() -> file(TWO).choose(Optional.empty()))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessageContaining("name one of \"first\", \"second\"");
  }

  @Test
  void findsANarrativeByKeyThenNameThenIgnoringCase() {
    assertThat(file(TWO).choose(Optional.of("first")).narrative().name()).isEqualTo("The First");
    assertThat(file(TWO).choose(Optional.of("The First")).narrative().name())
        .isEqualTo("The First");
    assertThat(file(TWO).choose(Optional.of("FIRST")).narrative().name()).isEqualTo("The First");
    assertThat(file(TWO).choose(Optional.of("the first")).narrative().name())
        .isEqualTo("The First");
  }

  @Test
  void suggestsANameWhenThereAreSeveral() {
    assertThatThrownBy(() -> file(TWO).choose(Optional.of("frist")))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessageContaining("did you mean \"first\"?");
  }

  @Test
  void ignoresMistakesOfNarrativesThatAreNotReached() {
    assertThat(file(TWO).choose(Optional.of("first")).warnings()).isEmpty();
    assertThatThrownBy(() -> file(TWO).choose(Optional.of("second")))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessageContaining("[tables.missing] does not exist");
  }

  @Test
  void validatesEveryNarrativeOfTheFile() {
    List<Problem> problems = file(TWO).validateAll();

    assertThat(problems).extracting(Problem::code).containsExactly("unknown_resource");
    assertThat(problems.get(0).narrative()).contains("second");
    assertThat(problems.get(0).act()).contains("broken");
  }

  @Test
  void reportsEveryErrorAtOnce() {
    NarrativeSyntaxException refusal =
        catchThrowableOfType(
            NarrativeSyntaxException.class,
            () ->
                NarrativeFiles.load(
                    """
                    [narrative]
                    name = "n"
                    toc = ["a", "b", "c"]
                    temperature = 7
                    [acts]
                    a = "bots.none"
                    b = ""
                    """));

    assertThat(refusal.problems())
        .filteredOn(problem -> problem.severity() == Severity.ERROR)
        .extracting(Problem::code)
        .as("from the top of the file down")
        .containsExactly("unknown_act", "out_of_range", "unknown_resource", "empty_act");
    assertThat(refusal).hasMessageContaining("n.toml:4:1").hasMessageContaining("n.toml:7:1");
  }

  @Test
  void reportsMistakesOfUnlistedActsAsWarnings() {
    NarrativeFile.Loaded loaded =
        NarrativeFiles.load(ONE + "[[acts.later.input]]\nfile = \"not_there.png\"\n");

    assertThat(loaded.warnings()).extracting(Problem::code).containsExactly("missing_file");
  }

  @Test
  void reportsMistakesOfANestedFileWithItsPath() {
    NarrativeParser parser =
        NarrativeFiles.parser(
            "a/outer.toml",
            "[narrative]\nname = \"o\"\ntoc = [\"n\"]\n[acts]\nn = \"narrative:inner\"\n",
            "a/inner.toml",
            "[narrative]\nname = \"i\"\ntoc = [\"x\"]\n[acts]\nx = \"bots.none\"\n");

    assertThatThrownBy(() -> parser.parse("a/outer.toml").choose(Optional.empty()))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessageContaining("a/inner.toml:5:1: acts.x: [bots.none] does not exist");
  }

  @Test
  void reportsSyntaxErrorsOfANestedFile() {
    NarrativeParser parser =
        NarrativeFiles.parser(
            "outer.toml",
            "[narrative]\nname = \"o\"\ntoc = [\"n\"]\n[acts]\nn = \"narrative:inner\"\n",
            "inner.toml",
            "[narrative\n");

    assertThatThrownBy(() -> parser.parse("outer.toml").choose(Optional.empty()))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessageContaining("inner.toml:1:11");
  }

  @Test
  void refusesACycleOverSeveralFiles() {
    NarrativeParser parser =
        NarrativeFiles.parser(
            "a.toml",
            "[narrative]\nname = \"a\"\ntoc = [\"n\"]\n[acts]\nn = \"narrative:b\"\n",
            "b.toml",
            "[narrative]\nname = \"b\"\ntoc = [\"n\"]\n[acts]\nn = \"narrative:./a\"\n");

    assertThatThrownBy(() -> parser.parse("a.toml").choose(Optional.empty()))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessageContaining(
            "b.toml:5:1: acts.n: makes the narrative run itself: \"a\" -> \"b\" -> \"a\"");
  }

  @Test
  void prefersANarrativeOfTheSameFileToOneOfAnotherFile() {
    NarrativeParser parser =
        NarrativeFiles.parser(
            "n.toml",
            """
            [narrative.main]
            toc = ["run"]
            [narrative.x]
            toc = ["own"]
            [acts]
            run = "narrative:x"
            own = "from the same file"
            """,
            "x.toml",
            ONE);

    Narrative main = parser.parse("n.toml").choose(Optional.of("main")).narrative();

    assertThat(main.acts().get(0).inputs().get(0))
        .isInstanceOfSatisfying(
            ActInput.NestedNarrative.class,
            nested -> assertThat(nested.narrative().file()).isEqualTo("n.toml"));
  }

  @Test
  void letsTheRunBringVariables() {
    String text =
        """
        [narrative]
        name = "n"
        toc = ["send"]
        skip_content_generation = true
        [[acts.send.input]]
        type = "bot_command"
        platform = "discord"
        command = "messages.send"
        content = "{{topic}}"
        """;

    assertThat(file(text).choose(Optional.empty(), Set.of("topic")).warnings()).isEmpty();
    assertThat(file(text).validateAll(Set.of("topic"))).isEmpty();
    assertThatThrownBy(() -> file(text).choose(Optional.empty()))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessageContaining("\"topic\"");
  }

  @Test
  void acceptsEveryPlaceholderThatCanResolve() {
    NarrativeParser parser =
        NarrativeFiles.parser(
            Map.of(
                "n.toml",
                """
                [narrative]
                name = "n"
                toc = ["fetch", "my act", "send"]
                skip_content_generation = true
                [acts]
                fetch = ["tables.queue", "Choose one"]
                "my act" = "bots.create"
                send = "bots.send"
                [tables.queue]
                table_name = "posts"
                alias = "next"
                [bots.create]
                platform = "discord"
                command = "channels.create"
                name = "{{ fetch.name }} {{previous}} {{fetch[0].x}}"
                store_as = "made"
                [bots.send]
                platform = "discord"
                command = "messages.send"
                text = "{{my act.id}} ${made} {{next}} {{posts}} {{state:any.key}}"
                more = "${STATE:K} {{now}} ${iteration} {{iterations}} ${narrative} ${channel_id}"
                last = ["${platform.channel_id} {{prev.id}}", { deep = "${lower_case} {{env:HOME}}" }]
                """),
            Map.of("lower_case", "x", "HOME", "/h"));

    assertThat(parser.parse("n.toml").validateAll()).isEmpty();
  }

  @Test
  void locatesNarrativesByPathThenByName() {
    NarrativeParser parser =
        NarrativeFiles.parser("a/x.toml", ONE, "a/y.toml", ONE, "b/c/z.toml", ONE, "y.toml", ONE);

    assertThat(parser.locate("y", "a/x.toml")).contains("a/y.toml");
    assertThat(parser.locate("y.toml", "b/none.toml")).contains("y.toml");
    assertThat(parser.locate("./old/place/z.toml", "a/x.toml")).contains("b/c/z.toml");
    assertThat(parser.locate("missing", "a/x.toml")).isEmpty();
    assertThat(parser.locate("", "a/x.toml")).isEmpty();
  }

  @Test
  void showsNoValueOfAVariableInMessages() {
    String text =
        """
        [narrative]
        name = "n"
        toc = ["a"]
        [[acts.a.input]]
        file = "${SECRET}/x.md"
        [[acts.a.input]]
        type = "image"
        file = "${SECRET}.png"
        [[acts.a.input]]
        type = "table"
        table_name = "${SECRET}"
        where = "id = {{${SECRET}}}"
        [[acts.a.input]]
        type = "narrative"
        path = "${SECRET}"
        [[acts.a.input]]
        type = "bot_command"
        platform = "discord"
        command = "messages.send"
        content = "${SECRET} {{nobody}}"
        """;
    NarrativeParser parser =
        NarrativeFiles.parser(Map.of("n.toml", text), Map.of("SECRET", "{{hunter2}}"));

    List<Problem> problems = parser.parse("n.toml").validateAll();

    assertThat(problems).hasSizeGreaterThanOrEqualTo(5);
    assertThat(problems).noneMatch(problem -> problem.render().contains("hunter2"));
  }

  @Test
  void refusesAFileThatDoesNotExist() {
    assertThatThrownBy(() -> NarrativeFiles.parser().parse("none.toml"))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessage("none.toml: narrative file does not exist");
  }

  private static NarrativeFile file(String text) {
    return NarrativeFiles.parser("n.toml", text).parse("n.toml");
  }
}
