package io.botticelli.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

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
