package io.botticelli.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TextTemplatePropertyTest {

  @Property
  void insertedTextIsNeverLookedAtAgain(@ForAll("hostile") String value) {
    Optional<TextTemplate> template = new TextTemplateParser("<{{x}}>").parse();

    String rendered = template.orElseThrow().render(name -> Optional.of(Value.of(value)), u -> {});

    assertThat(rendered).isEqualTo("<" + value + ">");
  }

  @Property
  void anyTextParsesOrIsRefusedAndNeverFails(@ForAll("hostile") String text) {
    new TextTemplateParser(text)
        .parse()
        .ifPresent(template -> template.render(name -> Optional.empty(), unresolved -> {}));
  }

  @Property
  void textWithoutTagsStaysAsItIs(@ForAll String text) {
    String plain = text.replace("{", "(");

    assertThat(
            new TextTemplateParser(plain)
                .parse()
                .orElseThrow()
                .render(n -> Optional.empty(), u -> {}))
        .isEqualTo(plain);
  }

  @Property
  void unresolvedPlaceholdersStayAsWritten(@ForAll("expressions") String expression) {
    String text = "a {{" + expression + "}} b";

    assertThat(
            new TextTemplateParser(text)
                .parse()
                .orElseThrow()
                .render(n -> Optional.empty(), u -> {}))
        .isEqualTo(text);
  }

  @Property
  void textThatIsRefusedOrHasNoMeaningIsWholeAgain(@ForAll("hostile") String text) {
    Optional<TextTemplate> template = new TextTemplateParser(text).parse();
    String blocks = text.replaceAll("[^{}%#]", "");

    String rendered = template.map(t -> t.render(n -> Optional.empty(), u -> {})).orElse(text);

    // A marker such as -}} takes the white space beside it away, whether the name means anything.
    boolean trims = text.contains("-}}") || text.contains("{{-");
    if (!blocks.contains("{%") && !blocks.contains("{#") && !trims) {
      assertThat(rendered.strip()).isEqualTo(text.strip());
    }
  }

  @Property(tries = 30)
  void millionsOfCharactersOfAnyPatternParseInLinearTime(@ForAll("hostile") String pattern) {
    String text = pattern.isEmpty() ? "{" : pattern;
    String huge = text.repeat(2_000_000 / text.length() + 1);
    long start = System.nanoTime();

    new TextTemplateParser(huge)
        .parse()
        .ifPresent(template -> template.render(name -> Optional.empty(), unresolved -> {}));

    assertThat((System.nanoTime() - start) / 1_000_000_000.0).as("seconds").isLessThan(10);
  }

  @Test
  void loopsOverLoopsEndAlsoWhenTheyWriteNothing() {
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 1_000; i++) {
      rows.add(i);
    }
    TextTemplate template =
        new TextTemplateParser(
                "{% for a in t %}{% for b in t %}{% for c in t %}{% endfor %}"
                    + "{% endfor %}{% endfor %}")
            .parse()
            .orElseThrow();

    assertThatThrownBy(() -> template.render(name -> Optional.of(Value.of(rows)), u -> {}))
        .isInstanceOf(RunEndedException.class)
        .hasMessageContaining("100000");
  }

  @Provide
  Arbitrary<String> expressions() {
    return Arbitraries.strings().withCharRange('a', 'z').withChars("._[]:").ofMaxLength(12);
  }

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.of(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "${",
            "}",
            "{",
            "x",
            "if x",
            "endif",
            "for r in x",
            "endfor",
            "else",
            " ",
            "-",
            "\n",
            "'",
            "\\",
            "$",
            "é")
        .list()
        .ofMaxSize(24)
        .map(pieces -> String.join("", pieces));
  }
}
