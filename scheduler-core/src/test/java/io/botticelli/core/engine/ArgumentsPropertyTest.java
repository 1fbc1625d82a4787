package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.narrative;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import io.botticelli.core.engine.NarrativeRunner.RunRequest;
import io.botticelli.core.history.Fence;
import io.botticelli.core.state.NarrativeState;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ArgumentsPropertyTest {
  private final Arguments arguments =
      new Arguments(new Placeholders(new NoState(), name -> Optional.empty(), Clock.systemUTC()));

  @Property
  void argumentsAreReplacedInASinglePass(@ForAll("hostile") String value) {
    Arguments.Rendered rendered = arguments.render(pass(value), Map.of("a", "<{{act}}|${act}>"));

    assertThat(rendered.unresolved()).isEmpty();
    assertThat(rendered.values().get("a").textValue()).isEqualTo("<" + value + "|" + value + ">");
  }

  @Property
  void insertedValueCannotEndTheLiteralOfAFilter(@ForAll("hostile") String value) {
    String bare = arguments.renderFilter(pass(value), "a = {{act}} AND b = 1").text();
    String quoted = arguments.renderFilter(pass(value), "a = '{{act}}' AND b = 1").text();

    assertThat(bare).isEqualTo(quoted);
    assertThat(unquoted(bare)).isEqualTo("a =  AND b = 1");
  }

  @Property
  void anyArgumentRendersOrIsReported(@ForAll("hostile") String written) {
    Arguments.Rendered rendered = arguments.render(pass("v"), Map.of("a", written));

    assertThat(rendered.values()).containsKey("a");
    assertThat(Arguments.expressions(written))
        .hasSizeGreaterThanOrEqualTo(rendered.unresolved().size());
  }

  /** Removes quoted literals the way SQL reads them. */
  private static String unquoted(String sql) {
    StringBuilder out = new StringBuilder();
    boolean inside = false;
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c == '\'') {
        inside = !inside;
      } else if (!inside) {
        out.append(c);
      }
    }
    assertThat(inside).as("every literal is closed").isFalse();
    return out.toString();
  }

  private static Pass pass(String response) {
    RunRequest request =
        new RunRequest(
            narrative("n", act("act", command("channels.list", Map.of()))),
            new Fence(1, 1),
            "actor",
            "discord",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            true,
            ProgressListener.NONE);
    Pass pass =
        new Pass(
            new RunSession(request),
            request.narrative(),
            "run",
            Optional.empty(),
            0,
            "n",
            1,
            1,
            10_000,
            List.of());
    pass.remember(new ActResult("act", response, null, new JsonExtractor()));
    return pass;
  }

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.of(
            "{{act}}",
            "${act}",
            "{{nobody}}",
            "$PATH",
            "{{",
            "}}",
            "${",
            "}",
            "'",
            "''",
            "\\",
            ";",
            "--",
            "$1",
            "\\1",
            "x",
            " ",
            "\n",
            "é")
        .list()
        .ofMaxSize(16)
        .map(pieces -> String.join("", pieces));
  }

  /** Nothing was ever saved. */
  private static final class NoState implements NarrativeState {
    @Override
    public Optional<String> find(String key) {
      return Optional.empty();
    }

    @Override
    public void save(Fence fence, Map<String, String> values) {
      throw new UnsupportedOperationException("rendering saves nothing");
    }
  }
}
