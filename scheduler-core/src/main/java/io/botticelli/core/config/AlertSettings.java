package io.botticelli.core.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whom to tell about what: the tables {@code [alerts.channels.*]} and {@code [alerts.rules.*]}.
 * Immutable; printing it shows no secret.
 *
 * @param channels where messages go, in file order
 * @param rules what is watched, in file order
 */
public record AlertSettings(List<Channel> channels, List<Rule> rules) {
  /** Nobody is told anything. */
  public static final AlertSettings NONE = new AlertSettings(List.of(), List.of());

  public AlertSettings {
    channels = List.copyOf(channels);
    rules = List.copyOf(rules);
  }

  /** Finds a channel by its name. */
  public Optional<Channel> channel(String name) {
    return channels.stream().filter(channel -> channel.name().equals(name)).findFirst();
  }

  /** Where messages go. */
  public sealed interface Channel {
    /** Returns the key of its table. */
    String name();

    /** Returns {@code webhook}, {@code discord}, {@code pagerduty} or {@code mail}. */
    String type();
  }

  /**
   * A POST of JSON to an address of the operator's choice.
   *
   * @param url http or https
   * @param secret signs the body with HMAC-SHA-256, or empty
   */
  public record Webhook(String name, SecretValue url, Optional<SecretValue> secret)
      implements Channel {
    @Override
    public String type() {
      return "webhook";
    }
  }

  /**
   * A Discord channel, reached by the bot or by an incoming webhook; exactly one of the two is
   * given.
   *
   * @param channelId channel the bot writes to
   * @param webhookUrl address of an incoming webhook
   */
  public record Discord(String name, Optional<String> channelId, Optional<SecretValue> webhookUrl)
      implements Channel {
    @Override
    public String type() {
      return "discord";
    }
  }

  /**
   * A PagerDuty service, events API version 2.
   *
   * @param routingKey integration key of the service
   * @param endpoint scheme, host and port of the events API
   */
  public record PagerDuty(String name, SecretValue routingKey, URI endpoint) implements Channel {
    @Override
    public String type() {
      return "pagerduty";
    }
  }

  /** How a mail server is spoken to. */
  public enum MailSecurity {
    /** Unencrypted; for a relay on the same host. */
    NONE,
    /** Encryption is asked for after connecting and required. */
    STARTTLS,
    /** Encrypted from the first byte. */
    TLS
  }

  /**
   * Mail.
   *
   * @param host mail server
   * @param port 1..65535
   * @param username with a password, or empty
   * @param from sender address
   * @param to at least one receiver address
   */
  public record Mail(
      String name,
      String host,
      int port,
      MailSecurity security,
      Optional<String> username,
      Optional<SecretValue> password,
      String from,
      List<String> to)
      implements Channel {
    public Mail {
      to = List.copyOf(to);
    }

    @Override
    public String type() {
      return "mail";
    }
  }

  /** What a rule watches. */
  public enum Watched {
    /** An actor failed {@code threshold} times in a row. */
    CONSECUTIVE_FAILURES,
    /** An actor's breaker is open. */
    BREAKER_OPEN,
    /** An actor is later than {@code after} for its next fire. */
    ACTOR_OVERDUE,
    /** An actor has not succeeded for {@code after}. */
    NO_SUCCESS,
    /** A content table has had fewer than {@code threshold} waiting rows for {@code after}. */
    QUEUE_EMPTY,
    /** The oldest waiting row of a content table is older than {@code after}. */
    QUEUE_STUCK,
    /** More than {@code threshold} model tokens were used since midnight UTC. */
    TOKENS_SPENT,
    /** A node has vanished without an orderly stop. */
    NODE_LOST,
    /** The doctor found something that is not mended after {@code after}. */
    DOCTOR_FINDING
  }

  /** How bad it is; the words of PagerDuty. */
  public enum Severity {
    INFO,
    WARNING,
    ERROR,
    CRITICAL
  }

  /**
   * A rule.
   *
   * @param name key of its table
   * @param watched what it looks at
   * @param actors only these actors; empty = all
   * @param table content table of a queue rule, or empty
   * @param where filter of a queue rule: which rows wait
   * @param threshold see {@link Watched}; at least 1
   * @param after see {@link Watched}
   * @param channels names of channels; empty = all
   */
  public record Rule(
      String name,
      Watched watched,
      List<String> actors,
      Optional<String> table,
      String where,
      long threshold,
      Duration after,
      Severity severity,
      List<String> channels) {
    public Rule {
      actors = List.copyOf(actors);
      channels = List.copyOf(channels);
    }
  }
}
