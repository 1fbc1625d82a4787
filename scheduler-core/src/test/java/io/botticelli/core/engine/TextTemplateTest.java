package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.table;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ActInput.TableFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTemplateTest {
  private static final Map<String, Value> VALUES =
      Map.of(
          "yes", Value.of("text"),
          "blank", Value.of("  "),
          "none", Value.of(JsonPaths.parse("[]").orElseThrow()),
          "rows", Value.of(JsonPaths.parse("[{\"a\":1},{\"a\":2}]").orElseThrow()),
          "off", Value.of(JsonPaths.parse("false").orElseThrow()),
          "hostile", Value.of("{{yes}}{% if yes %}"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a {{ yes }} b|a text b",
        "{% if yes %}A{% else %}B{% endif %}|A",
        "{% if blank %}A{% else %}B{% endif %}|B",
        "{% if nothing %}A{% endif %}C|C",
        "{% if not nothing %}A{% endif %}|A",
        "{% if none %}A{% elif rows %}B{% else %}C{% endif %}|B",
        "{% if off %}A{% else %}B{% endif %}|B",
        "{% if yes == 'text' %}A{% endif %}|A",
        "{% if yes != \"text\" %}A{% else %}B{% endif %}|B",
        "{% if nothing == 'x' %}A{% else %}B{% endif %}|B",
        "{% for r in rows %}<{{ r.a }}>{% endfor %}|<1><2>",
        "{% for r in rows %}{{ loop.index }}:{{ r }};{% endfor %}|1:{\"a\":1};2:{\"a\":2};",
        "{% for r in nothing %}x{% endfor %}|~~",
        "{% for r in rows %}{% if r.a == '2' %}{{yes}}{% endif %}{% endfor %}|text",
        "a {# never sent #} b|a  b",
        "a {#- trimmed -#} b|ab",
        "a {{- yes -}} b|atextb",
        "{% if yes -%}  A  {%- endif %}|A",
        "{{hostile}}|{{yes}}{% if yes %}",
        "{{unknown}} {{{yes}}} {{|{{unknown}} {text} {{",
        "price {5} {#open|price {5} {#open",
      })
  void rendersTheSubset(String template, String expected) {
    assertThat(render(template)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% if yes %}A",
        "A{% endif %}",
        "{% else %}",
        "{% if yes %}{% for r in rows %}{% endif %}{% endfor %}",
        "{% if yes and rows %}A{% endif %}",
        "{% if %}A{% endif %}",
        "{% set x = 1 %}",
        "{% if yes %}A{% else %}B{% else %}C{% endif %}",
        "{% if yes",
      })
  void refusesWhatDoesNotBalanceOrIsNotSupported(String template) {
    assertThat(new TextTemplateParser(template).parse()).isEmpty();
  }

  @Test
  void refusesDeeplyNestedBlocks() {
    String deep = "{% if yes %}".repeat(100_000) + "{% endif %}".repeat(100_000);

    assertThat(new TextTemplateParser(deep).parse()).isEmpty();
  }

  @Test
  void unbalancedTextIsSentLiterallyWithAWarning() {
    EngineFixture engine = new EngineFixture();

    engine.run(narrative("n", act("a", text("{% if x %} {{iteration}}"))));

    assertThat(engine.model.lastUserText()).isEqualTo("{% if x %} {{iteration}}");
    assertThat(engine.warnings).anyMatch(warning -> warning.contains("do not balance"));
  }

  @Test
  void textMaySpeakOfATableThatStandsAfterItInTheSameAct() {
    EngineFixture engine = new EngineFixture();
    engine.tables.row("faq", "{\"id\":1}");

    engine.run(
        narrative(
            "n",
            act(
                "a",
                text("{% if faq %}old{% else %}first{% endif %}"),
                table(
                    "faq", Optional.empty(), Optional.empty(), TableFormat.CSV, Retention.FULL))));

    assertThat(engine.model.lastUserText()).isEqualTo("old\n\nid\n1");
    assertThat(engine.tables.reads).as("the table is read once").hasSize(1);
  }

  @Test
  void missingTableIsFalse() {
    EngineFixture engine = new EngineFixture();

    engine.run(
        narrative("n", act("a", text("{% if faq %}old{% else %}first{% endif %}"), table("faq"))));

    assertThat(engine.model.lastUserText()).isEqualTo("first");
  }

  private static Optional<String> render(String template) {
    return new TextTemplateParser(template)
        .parse()
        .map(
            parsed ->
                parsed.render(name -> Optional.ofNullable(VALUES.get(name)), unresolved -> {}));
  }
}
