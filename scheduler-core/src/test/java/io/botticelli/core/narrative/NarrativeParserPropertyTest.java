package io.botticelli.core.narrative;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.toml.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the file, the parser returns a narrative or throws its own exception. */
class NarrativeParserPropertyTest {
  private static final Map<String, String> SAMPLES = NarrativeFiles.below("sample");
  private static final List<String> KEYS =
      List.of(
          "name",
          "toc",
          "order",
          "carousel",
          "iterations",
          "input",
          "inputs",
          "type",
          "ref",
          "content",
          "file",
          "prompt",
          "narrative",
          "args",
          "table_name",
          "columns",
          "format",
          "model",
          "budget",
          "rpm",
          "config",
          "state",
          "x",
          "a-b",
          "\"q u\"");
  private static final List<String> SECTIONS =
      List.of(
          "narrative",
          "narrative.n",
          "narrative.carousel",
          "toc",
          "acts",
          "acts.a",
          "acts.b",
          "bots.b",
          "tables.t",
          "media.m",
          "narratives.n",
          "config.gemini",
          "metadata",
          "steps");

  @Property(tries = 500)
  void survivesMutatedSamples(@ForAll("mutations") Map.Entry<String, String> mutated) {
    loadsOrRefuses(Map.of(mutated.getKey(), mutated.getValue()), mutated.getKey());
  }

  @Property(tries = 1000)
  void survivesGeneratedDocuments(@ForAll("documents") String text) {
    loadsOrRefuses(Map.of("n.toml", text), "n.toml");
  }

  private static void loadsOrRefuses(Map<String, String> changed, String file) {
    Map<String, String> texts = new HashMap<>(SAMPLES);
    texts.putAll(changed);
    List<Problem> problems = new ArrayList<>();
    try {
      NarrativeFile parsed = NarrativeFiles.parser(texts, Map.of("GUILD", "7")).parse(file);
      problems.addAll(parsed.validateAll());
      for (NarrativeFile.NarrativeName name : parsed.narratives()) {
        try {
          NarrativeFile.Loaded loaded = parsed.choose(Optional.of(name.key()));
          assertThat(loaded.narrative().acts()).isNotEmpty();
          problems.addAll(loaded.warnings());
        } catch (NarrativeSyntaxException e) {
          assertThat(e.problems()).isNotEmpty();
          problems.addAll(e.problems());
        }
      }
    } catch (NarrativeSyntaxException e) {
      assertThat(e.problems()).isNotEmpty();
      problems.addAll(e.problems());
    }
    assertThat(problems)
        .allSatisfy(
            problem -> {
              assertThat(problem.message()).isNotBlank().doesNotContain("\n");
              assertThat(problem.line()).isNotNegative();
            });
  }

  /** A sample with a piece cut out, doubled or replaced. */
  @Provide
  Arbitrary<Map.Entry<String, String>> mutations() {
    Arbitrary<String> names =
        Arbitraries.of(SAMPLES.keySet().stream().filter(n -> n.endsWith(".toml")).toList());
    Arbitrary<String> inserted =
        Arbitraries.oneOf(
            Arbitraries.of("", "\"", "[", "]", "{", "}", "=", "\n", "[[", "1", "true", "{{", "${"),
            Arbitraries.strings().ofMaxLength(5));
    return Combinators.combine(
            names,
            Arbitraries.doubles().between(0, 1),
            Arbitraries.integers().between(0, 40),
            inserted)
        .as(
            (name, place, length, insert) -> {
              String text = SAMPLES.get(name);
              int from = (int) (place * text.length());
              int to = Math.min(text.length(), from + length);
              return Map.entry(name, text.substring(0, from) + insert + text.substring(to));
            });
  }

  /** TOML built from keys the parser knows, with values of any type. */
  @Provide
  Arbitrary<String> documents() {
    Arbitrary<String> scalars =
        Arbitraries.of(
            "\"a\"",
            "\"\"",
            "\"bots.b\"",
            "\"tables.t\"",
            "\"media.m\"",
            "\"narratives.n\"",
            "\"narrative:n\"",
            "\"table\"",
            "\"bot_command\"",
            "\"narrative\"",
            "\"image\"",
            "\"{{a.x[0]}} ${b} {{}} $AB\"",
            "1",
            "-5",
            "0.5",
            "nan",
            "inf",
            "true",
            "2024-01-01");
    Arbitrary<String> values =
        Arbitraries.lazyOf(
            () -> scalars,
            () -> scalars.list().ofMaxSize(4).map(list -> "[" + String.join(", ", list) + "]"),
            () ->
                Combinators.combine(
                        Arbitraries.of(KEYS), scalars, Arbitraries.of("bb", "cc"), scalars)
                    .as((k, v, k2, v2) -> "{ " + k + " = " + v + ", " + k2 + " = " + v2 + " }"));
    Arbitrary<String> pairs =
        Combinators.combine(Arbitraries.of(KEYS), values).as((key, value) -> key + " = " + value);
    Arbitrary<String> bodies =
        pairs
            .list()
            .uniqueElements(p -> p.split(" ", 2)[0])
            .ofMaxSize(5)
            .map(list -> String.join("\n", list));
    Arbitrary<String> sections =
        Combinators.combine(
                Arbitraries.of(SECTIONS),
                Arbitraries.of("[%s]", "[%s]", "[[%s.input]]", "[[%s]]"),
                bodies)
            .as((name, header, body) -> header.formatted(name) + "\n" + body + "\n");
    return sections
        .list()
        .uniqueElements(section -> section.split("\n", 2)[0])
        .ofMaxSize(7)
        .map(
            list ->
                "[narrative]\nname = \"n\"\ntoc = [\"a\", \"b\"]\n"
                    + String.join("", list).replace("[narrative]\n", "[narrative.x]\n"));
  }
}
