package io.botticelli.core.alert.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.botticelli.core.alert.AlertDeliveryException;
import io.botticelli.core.alert.AlertStore.Event;
import io.botticelli.core.alert.Deliveries;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.AlertSettings.MailSecurity;
import io.botticelli.core.config.SecretValue;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MailAlertSenderTest {
  private final MailAlertSender sender =
      new MailAlertSender(
          "my pipeline", Clock.fixed(Instant.parse("2026-01-05T09:02:00Z"), ZoneOffset.UTC));
  private GreenMail server;

  @BeforeEach
  void listen() {
    server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.setUser("botticelli@example.org", "user", "pass");
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void sendsToEveryReceiverWithOneThreadPerAlert() throws Exception {
    sender.send(mail("pass"), Deliveries.of(Event.FIRING, "poster failed\r\nBcc: x@y.example"));
    sender.send(mail("pass"), Deliveries.of(Event.RESOLVED, "poster failed"));

    List<MimeMessage> messages = List.of(server.getReceivedMessages());
    assertThat(messages).hasSize(4);
    MimeMessage firing = find(messages, "CRITICAL");
    MimeMessage resolved = find(messages, "RESOLVED");
    assertThat(firing.getSubject())
        .isEqualTo("[my pipeline] CRITICAL: poster failed Bcc: x@y.example");
    assertThat(firing.getHeader("Bcc")).isNull();
    assertThat(firing.getContent().toString())
        .contains("rule: failing", "consecutive_failures: 3", "since: 2026-01-05T09:00:00Z");
    assertThat(resolved.getHeader("References")).isEqualTo(firing.getHeader("References"));
    assertThat(firing.getMessageID())
        .isEqualTo("<alert-4-firing.my-pipeline@example.org>")
        .isNotEqualTo(resolved.getMessageID());
  }

  private static MimeMessage find(List<MimeMessage> messages, String word)
      throws MessagingException {
    for (MimeMessage message : messages) {
      if (message.getSubject().contains(word)) {
        return message;
      }
    }
    throw new AssertionError("no message says " + word);
  }

  @Test
  void refusedCredentialsAreToldWithoutThem() {
    AlertDeliveryException refused =
        catchThrowableOfType(
            AlertDeliveryException.class,
            () -> sender.send(mail("wr0ng"), Deliveries.of(Event.FIRING, "poster failed")));

    assertThat(refused).hasMessageContaining("refused the credentials");
    assertThat(refused.getMessage()).doesNotContain("wr0ng");
  }

  @Test
  void neverSendsUnencryptedWhereEncryptionIsRequired() {
    AlertSettings.Mail starttls = mail("pass", MailSecurity.STARTTLS);

    AlertDeliveryException refused =
        catchThrowableOfType(
            AlertDeliveryException.class,
            () -> sender.send(starttls, Deliveries.of(Event.FIRING, "poster failed")));

    assertThat(refused).hasMessageContaining("did not take the message");
    assertThat(server.getReceivedMessages()).isEmpty();
  }

  private AlertSettings.Mail mail(String password) {
    return mail(password, MailSecurity.NONE);
  }

  private AlertSettings.Mail mail(String password, MailSecurity security) {
    return new AlertSettings.Mail(
        "mail",
        "127.0.0.1",
        server.getSmtp().getPort(),
        security,
        Optional.of("user"),
        Optional.of(new SecretValue(password)),
        "botticelli@example.org",
        List.of("ops@example.org", "boss@example.org"));
  }
}
