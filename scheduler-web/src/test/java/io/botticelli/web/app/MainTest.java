package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.execute(
        Surroundings::ofProcess, new PrintWriter(out), new PrintWriter(err), arguments);
  }

  @Test
  void printsItsVersion() {
    assertThat(run("version")).isZero();

    assertThat(out.toString()).startsWith("botticelli ").contains("Quartz 2.5").contains("Java ");
  }

  @Test
  void printsOneJsonDocumentWhenAsked() {
    assertThat(run("--json", "version")).isZero();

    assertThat(out.toString()).startsWith("{").contains("\"quartz\"");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void takesGlobalOptionsAfterTheCommandToo() {
    assertThat(run("version", "--json")).isZero();

    assertThat(out.toString()).startsWith("{");
  }

  @Test
  void suggestsTheNearestCommand() {
    assertThat(run("versoin")).isEqualTo(ExitCodes.USAGE);

    assertThat(err.toString()).contains("versoin").contains("version").doesNotContain("\tat ");
  }

  @Test
  void refusesToDoNothing() {
    assertThat(run()).isEqualTo(ExitCodes.USAGE);

    assertThat(err.toString()).contains("a command is missing");
  }

  @Test
  void keepsTerminalEscapesInStoredTextFromTheTerminal() {
    assertThat(Output.printable("a\u001b[31mb\u0007\tc\nd")).isEqualTo("a\uFFFD[31mb\uFFFD\tc\nd");
  }
}
