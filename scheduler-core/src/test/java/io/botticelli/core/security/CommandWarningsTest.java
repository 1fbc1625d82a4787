package io.botticelli.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.platform.CommandCatalog;
import io.botticelli.core.toml.MemorySourceFiles;
import io.botticelli.core.toml.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandWarningsTest {
  private static List<Problem> warnings(String platform, String command, String more) {
    String text =
        """
        [narrative]
        name = "n"
        [toc]
        order = ["a"]
        [[acts.a.input]]
        type = "bot_command"
        platform = "%s"
        command = "%s"
        %s
        """
            .formatted(platform, command, more);
    return new CommandWarnings(new CommandCatalog())
        .of(
            new NarrativeParser(
                    new MemorySourceFiles(Map.of("n.toml", text)), name -> Optional.empty())
                .parse("n.toml")
                .choose(Optional.empty())
                .narrative());
  }

  @Test
  void namesTheCommandThatIsProbablyMeant() {
    assertThat(warnings("discord", "channels.lst", ""))
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.code()).isEqualTo("unknown_command");
              assertThat(warning.act()).contains("a");
              assertThat(warning.message()).contains("channels.lst").contains("channels.list");
            });
  }

  @Test
  void warnsOfAWriteThatNoPolicySpeaksOf() {
    assertThat(warnings("discord", "message.send", ""))
        .extracting(Problem::code)
        .containsExactly("write_without_policy");
    assertThat(
            warnings(
                "discord",
                "messages.send",
                "[security.policy]\nallowed_commands = [\"messages.send\"]"))
        .isEmpty();
  }

  @Test
  void saysNothingOfReadsAndOfTheDatabasesOwnCommand() {
    assertThat(warnings("discord", "channels.list", "")).isEmpty();
    assertThat(warnings("database", "database.update_table", "")).isEmpty();
    assertThat(warnings("database", "database.drop", ""))
        .extracting(Problem::code)
        .containsExactly("unknown_command");
    assertThat(warnings("irc", "say", ""))
        .extracting(Problem::code)
        .containsExactly("unknown_platform");
  }
}
