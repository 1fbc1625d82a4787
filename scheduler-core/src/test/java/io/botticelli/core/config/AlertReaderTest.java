package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.config.AlertSettings.MailSecurity;
import io.botticelli.core.config.AlertSettings.Rule;
import io.botticelli.core.config.AlertSettings.Severity;
import io.botticelli.core.config.AlertSettings.Watched;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertReaderTest {
  private static final String ENTRY = "actor_server.toml";

  private static final String CHANNELS =
      """
      [alerts.channels.ops]
      type = "webhook"
      url = "${OPS_URL}"
      secret = "s3cret"
      [alerts.channels.chat]
      type = "discord"
      channel_id = "123456789012345678"
      [alerts.channels.duty]
      type = "pagerduty"
      routing_key = "R0UT1NG"
      url = "http://127.0.0.1:9999"
      [alerts.channels.mail]
      type = "mail"
      host = "mail.example.org"
      username = "u"
      password = "p"
      from = "botticelli@example.org"
      to = ["ops@example.org", "boss@example.org"]
      """;

  @Test
  void readsEveryKindOfChannel() {
    AlertSettings alerts = read(CHANNELS);

    assertThat(alerts.channels())
        .containsExactly(
            new AlertSettings.Webhook(
                "ops",
                new SecretValue("https://hooks.example.org/x"),
                Optional.of(new SecretValue("s3cret"))),
            new AlertSettings.Discord("chat", Optional.of("123456789012345678"), Optional.empty()),
            new AlertSettings.PagerDuty(
                "duty", new SecretValue("R0UT1NG"), URI.create("http://127.0.0.1:9999")),
            new AlertSettings.Mail(
                "mail",
                "mail.example.org",
                587,
                MailSecurity.STARTTLS,
                Optional.of("u"),
                Optional.of(new SecretValue("p")),
                "botticelli@example.org",
                List.of("ops@example.org", "boss@example.org")));
    assertThat(alerts.toString()).doesNotContain("hooks", "s3cret", "R0UT1NG", "=p,");
  }

  @Test
  void readsRulesWithTheirDefaults() {
    AlertSettings alerts =
        read(
            CHANNELS
                + """
                [alerts.rules.failing]
                when = "consecutive_failures"
                [alerts.rules.stuck]
                when = "QUEUE_STUCK"
                table = "approved_discord_posts"
                where = "review_status = 'approved'"
                after_seconds = 60
                severity = "critical"
                channels = ["duty"]
                actors = []
                """);

    assertThat(alerts.rules())
        .containsExactly(
            new Rule(
                "failing",
                Watched.CONSECUTIVE_FAILURES,
                List.of(),
                Optional.empty(),
                "review_status = 'pending'",
                3,
                Duration.ZERO,
                Severity.ERROR,
                List.of()),
            new Rule(
                "stuck",
                Watched.QUEUE_STUCK,
                List.of(),
                Optional.of("approved_discord_posts"),
                "review_status = 'approved'",
                1,
                Duration.ofSeconds(60),
                Severity.CRITICAL,
                List.of("duty")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [alerts.channels.a]#type = "fax"                              | expected one of discord, mail, pagerduty, webhook
          [alerts.channels.a]#url = "https://x.example"                 | has no "type"
          [alerts.channels.a]#type = "webhook"#url = "ftp://x/y"        | no http or https address
          [alerts.channels.a]#type = "discord"                          | either channel_id
          [alerts.channels.a]#type = "discord"#channel_id = "general"   | digits of a channel id
          [alerts.channels.a]#type = "mail"#host = "h"#from = "a@b"     | has no "to"
          [alerts.channels.a]#type = "mail"#host = "h"#from = "a@b"#to = ["x"] | expected a mail address
          [alerts.channels.a]#type = "mail"#host = "h"#from = "a@b"#to = "x@y"#username = "u" | has no "password"
          [alerts.rules.r]#when = "sometimes"                           | expected one of consecutive_failures
          [alerts.rules.r]#when = "queue_empty"                         | has no "table"
          [alerts.rules.r]#when = "node_lost"#channels = ["opps"]       | [alerts.channels.NAME]
          """)
  void refusesWhatCannotWork(String lines, String message) {
    String text = lines.replace('#', '\n') + "\n";

    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message.strip());
  }

  private static AlertSettings read(String text) {
    return WorkingSetFiles.of(ENTRY, text)
        .withVariable("OPS_URL", "https://hooks.example.org/x")
        .load(ENTRY)
        .server()
        .alerts();
  }
}
