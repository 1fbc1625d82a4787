package io.botticelli.core.narrative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.narrative.SecurityPolicy.ContentFilter;
import io.botticelli.core.narrative.SecurityPolicy.RateLimit;
import io.botticelli.core.toml.MemorySourceFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityReaderTest {
  private static final String NARRATIVE =
      """
      [narrative]
      name = "n"
      skip_content_generation = true
      [toc]
      order = ["a"]
      [acts]
      a = "Write."
      """;

  @Test
  void readsEveryKey() {
    SecurityPolicy policy =
        policy(
                """
                [security.policy]
                allowed_commands = ["messages.send", "Discord.channels.*"]
                denied_commands = ["messages.delete"]
                allow_all_by_default = true
                require_confirmation = ["messages.send"]
                protected_users = ["200000000000000001", 200000000000000002]
                protected_roles = ["300000000000000001"]
                [security.constraints]
                guild_id = "${GUILD}"
                channel_prefix = "bot-"
                [security.resources.channel]
                allowed_ids = ["500000000000000001"]
                denied_ids = [500000000000000002]
                allow_all_by_default = true
                [security.content]
                max_length = 500
                max_mentions = 0
                max_urls = 1
                block_mass_mentions = false
                prohibited_patterns = ["(?i)free\\\\s+money"]
                allowed_domains = ["*.Example.org.", "bücher.example"]
                denied_domains = ["evil.example"]
                [security.rate_limits]
                "messages.send" = { max_tokens = 10, window_secs = 60, burst = 2 }
                """)
            .orElseThrow();

    assertThat(policy.commands())
        .contains(
            new SecurityPolicy.CommandRules(
                List.of("messages.send", "discord.channels.*"),
                List.of("messages.delete"),
                true,
                List.of("messages.send"),
                List.of("200000000000000001", "200000000000000002"),
                List.of("300000000000000001")));
    assertThat(policy.constraints().guildIds()).containsExactly("400000000000000001");
    assertThat(policy.constraints().channelPrefix()).contains("bot-");
    assertThat(policy.channels().orElseThrow().deniedIds()).containsExactly("500000000000000002");
    ContentFilter content = policy.content().orElseThrow();
    assertThat(content.maxLength()).contains(500);
    assertThat(content.maxMentions()).isZero();
    assertThat(content.blockMassMentions()).isFalse();
    assertThat(content.allowedDomains()).containsExactly("example.org", "xn--bcher-kva.example");
    assertThat(policy.rateLimits())
        .isEqualTo(Map.of("messages.send", new RateLimit(10, Duration.ofSeconds(60), 2)));
  }

  @Test
  void defaultsHoldOnceTheContentTableExists() {
    SecurityPolicy policy = policy("[security.content]").orElseThrow();

    assertThat(policy.content())
        .contains(new ContentFilter(Optional.empty(), 5, 3, true, List.of(), List.of(), List.of()));
    assertThat(policy.commands()).isEmpty();
  }

  @Test
  void aNarrativeWithoutTheTableHasNoPolicy() {
    assertThat(policy("")).isEmpty();
  }

  @Test
  void aNarrativesOwnTableWinsOverTheFiles() {
    SecurityPolicy policy =
        policy(
                """
                [security.constraints]
                guild_id = "1"
                [narrative.security.constraints]
                guild_id = "2"
                """)
            .orElseThrow();

    assertThat(policy.constraints().guildIds()).containsExactly("2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[security]\npolicys = 1",
        "[security.policy]\ndenied_comands = []",
        "[security.policy]\nallowed_commands = [\"no command!\"]",
        "[security.policy]\nallowed_commands = \"messages.send\"",
        "[security.policy]\nrequire_confirmation = [\"database.update_table\"]",
        "[security.policy]\nprotected_users = [1.5]",
        "[security.constraints]\nguild_id = \"${NOT_SET}\"",
        "[security.constraints]\nchannel_prefix = \"\"",
        "[security.resources.channel]\nallowed = []",
        "[security.resources.guild]\nallowed_ids = []",
        "[security.content]\nmax_length = 0",
        "[security.content]\nmax_urls = -1",
        "[security.content]\nprohibited_patterns = [\"(\"]",
        "[security.content]\nprohibited_patterns = [\"\"]",
        "[security.content]\nprohibited_patterns = [\"(a)\\\\1\"]",
        "[security.content]\nallowed_domains = [\"https://example.org/\"]",
        "[security.content]\ndenied_domains = [\"\"]",
        "[security.rate_limits]\n\"messages.send\" = 5",
        "[security.rate_limits]\n\"messages.send\" = { max_tokens = 5 }",
        "[security.rate_limits]\n\"messages.send\" = { max_tokens = 0, window_secs = 1 }",
        "[security.rate_limits.messages.send]\nmax_tokens = 5\nwindow_secs = 1",
      })
  void aMistakeInAPolicyIsAnError(String toml) {
    assertThatThrownBy(() -> policy(toml)).isInstanceOf(NarrativeSyntaxException.class);
  }

  private static Optional<SecurityPolicy> policy(String toml) {
    return new NarrativeParser(
            new MemorySourceFiles(Map.of("n.toml", NARRATIVE + toml)),
            name -> name.equals("GUILD") ? Optional.of("400000000000000001") : Optional.empty())
        .parse("n.toml")
        .choose(Optional.empty())
        .narrative()
        .security();
  }
}
