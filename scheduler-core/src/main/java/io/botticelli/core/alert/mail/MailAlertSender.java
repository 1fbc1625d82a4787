package io.botticelli.core.alert.mail;

import io.botticelli.core.alert.AlertDeliveryException;
import io.botticelli.core.alert.AlertSender;
import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.alert.AlertStore.Message;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.AlertSettings.Channel;
import io.botticelli.core.config.AlertSettings.MailSecurity;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Sends mail. Every message about one alert carries the same {@code References} header, so that
 * mail programs show them together, and a {@code Message-ID} that is the same when it is sent
 * again.
 */
public final class MailAlertSender implements AlertSender {
  private static final String TIMEOUT_MS = "10000";

  private final String source;
  private final Clock clock;

  /**
   * @param source what the messages are about, for example the server's name
   */
  public MailAlertSender(String source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  @Override
  public boolean serves(Channel channel) {
    return channel instanceof AlertSettings.Mail;
  }

  @Override
  public void send(Channel channel, Delivery delivery) {
    AlertSettings.Mail mail = (AlertSettings.Mail) channel;
    Session session = Session.getInstance(properties(mail));
    try (Transport transport = session.getTransport("smtp")) {
      MimeMessage message = message(session, mail, delivery);
      transport.connect(
          mail.host(),
          mail.port(),
          mail.username().orElse(null),
          mail.password().map(password -> password.reveal()).orElse(null));
      transport.sendMessage(message, message.getAllRecipients());
    } catch (AuthenticationFailedException refused) {
      throw new AlertDeliveryException(
          "mail server of channel " + mail.name() + " refused the credentials", null, refused);
    } catch (MessagingException failure) {
      throw new AlertDeliveryException(
          "mail server "
              + mail.host()
              + ":"
              + mail.port()
              + " of channel "
              + mail.name()
              + " did not take the message ("
              + failure.getClass().getSimpleName()
              + ")",
          null,
          failure);
    }
  }

  private static Properties properties(AlertSettings.Mail mail) {
    Properties properties = new Properties();
    properties.setProperty("mail.smtp.auth", Boolean.toString(mail.username().isPresent()));
    properties.setProperty("mail.smtp.connectiontimeout", TIMEOUT_MS);
    properties.setProperty("mail.smtp.timeout", TIMEOUT_MS);
    properties.setProperty("mail.smtp.writetimeout", TIMEOUT_MS);
    properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    properties.setProperty(
        "mail.smtp.starttls.enable", Boolean.toString(mail.security() == MailSecurity.STARTTLS));
    properties.setProperty(
        "mail.smtp.starttls.required", Boolean.toString(mail.security() == MailSecurity.STARTTLS));
    properties.setProperty(
        "mail.smtp.ssl.enable", Boolean.toString(mail.security() == MailSecurity.TLS));
    return properties;
  }

  private MimeMessage message(Session session, AlertSettings.Mail mail, Delivery delivery)
      throws MessagingException {
    String domain = mail.from().substring(mail.from().indexOf('@') + 1);
    String event = delivery.event().name().toLowerCase(Locale.ROOT);
    String id = "<" + delivery.key() + "-" + event + "." + source(source) + "@" + domain + ">";
    MimeMessage message =
        new MimeMessage(session) {
          /** The library would put a random one. */
          @Override
          protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
          }
        };
    message.setFrom(new InternetAddress(mail.from()));
    for (String receiver : mail.to()) {
      message.addRecipient(jakarta.mail.Message.RecipientType.TO, new InternetAddress(receiver));
    }
    message.setHeader(
        "References", "<" + delivery.key() + "." + source(source) + "@" + domain + ">");
    message.setHeader("Auto-Submitted", "auto-generated");
    message.setSentDate(Date.from(clock.instant()));
    message.setSubject(subject(delivery), StandardCharsets.UTF_8.name());
    message.setText(text(delivery.message()), StandardCharsets.UTF_8.name());
    message.saveChanges();
    return message;
  }

  private String subject(Delivery delivery) {
    String what =
        switch (delivery.event()) {
          case FIRING -> delivery.message().severity().name();
          case RESOLVED -> "RESOLVED";
          case TEST -> "TEST";
        };
    // A line break would start a header of its own.
    return ("[" + source + "] " + what + ": " + delivery.message().summary())
        .replaceAll("\\p{Cntrl}+", " ");
  }

  private static String text(Message message) {
    StringBuilder text = new StringBuilder(message.summary()).append("\n\n");
    text.append("rule: ").append(message.rule()).append('\n');
    text.append("since: ").append(message.startedAt()).append('\n');
    message.endedAt().ifPresent(end -> text.append("until: ").append(end).append('\n'));
    new TreeMap<>(message.details())
        .forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }

  private static String source(String name) {
    return name.replaceAll("[^A-Za-z0-9]+", "-");
  }
}
