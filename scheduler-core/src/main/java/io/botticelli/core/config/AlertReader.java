package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.config.AlertSettings.Channel;
import io.botticelli.core.config.AlertSettings.MailSecurity;
import io.botticelli.core.config.AlertSettings.Rule;
import io.botticelli.core.config.AlertSettings.Severity;
import io.botticelli.core.config.AlertSettings.Watched;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code [alerts]}. Stateless. */
final class AlertReader {
  /** Keys of {@code [alerts]}. */
  static final List<String> KEYS = List.of("channels", "rules");

  /** Keys of {@code [alerts.rules.NAME]}. */
  static final List<String> RULE_KEYS =
      List.of(
          "when", "actors", "table", "where", "threshold", "after_seconds", "severity", "channels");

  /** Keys of {@code [alerts.channels.NAME]} by type. */
  static final Map<String, List<String>> CHANNEL_KEYS =
      Map.of(
          "webhook",
          List.of("type", "url", "secret"),
          "discord",
          List.of("type", "channel_id", "url"),
          "pagerduty",
          List.of("type", "routing_key", "url"),
          "mail",
          List.of("type", "host", "port", "security", "username", "password", "from", "to"));

  private static final URI PAGERDUTY = URI.create("https://events.pagerduty.com");

  private static final int MONTH_SECONDS = 31 * 86_400;
  private static final int SUBMISSION_PORT = 587;
  private static final int SUBMISSIONS_PORT = 465;
  private static final int RELAY_PORT = 25;

  /** Deliberately loose: the mail server decides; this only catches slips and line breaks. */
  private static final Pattern ADDRESS = Pattern.compile("[^\\s@<>,;]+@[^\\s@<>,;]+");

  private static final Pattern SNOWFLAKE = Pattern.compile("[0-9]{5,20}");

  private static final String WAITING = "review_status = 'pending'";

  private AlertReader() {}

  /**
   * Reads the table.
   *
   * @param section with variables replaced
   */
  static AlertSettings read(TomlSection section) {
    section.warnUnknown(KEYS);
    List<Channel> channels = new ArrayList<>();
    section
        .table("channels")
        .ifPresent(
            table ->
                table.tables().forEach((name, one) -> channel(name, one).ifPresent(channels::add)));
    Set<String> names =
        section.table("channels").map(table -> Set.copyOf(table.keys())).orElse(Set.of());
    List<Rule> rules = new ArrayList<>();
    section
        .table("rules")
        .ifPresent(
            table ->
                table
                    .tables()
                    .forEach((name, one) -> rule(name, one, names).ifPresent(rules::add)));
    if (!rules.isEmpty() && names.isEmpty()) {
      section
          .reporter()
          .warning(
              "no_effect",
              section.path("rules"),
              "tell nobody, because there is no [alerts.channels.NAME]; alerts are only listed");
    }
    return new AlertSettings(channels, rules);
  }

  private static Optional<Channel> channel(String name, TomlSection section) {
    Optional<String> type =
        required(section, "type", CHANNEL_KEYS.keySet().stream().sorted().toList());
    if (type.isEmpty()) {
      return Optional.empty();
    }
    section.warnUnknown(CHANNEL_KEYS.getOrDefault(type.get(), List.of()));
    return switch (type.get()) {
      case "webhook" ->
          address(section, "url", true)
              .map(url -> new AlertSettings.Webhook(name, url, secret(section, "secret")));
      case "discord" -> discord(name, section);
      case "pagerduty" ->
          requiredSecret(section, "routing_key")
              .map(key -> new AlertSettings.PagerDuty(name, key, endpoint(section)));
      default -> mail(name, section);
    };
  }

  private static Optional<Channel> discord(String name, TomlSection section) {
    Optional<String> id = text(section, "channel_id");
    if (id.isPresent() == section.has("url")) {
      section
          .reporter()
          .error(
              "missing_key",
              section.path(),
              "needs either channel_id (the bot writes there) or url (an incoming webhook)");
      return Optional.empty();
    }
    if (id.isPresent()) {
      if (!SNOWFLAKE.matcher(id.get()).matches()) {
        section
            .reporter()
            .error(
                "out_of_range",
                section.path("channel_id"),
                "is " + Suggestions.quote(id.get()) + ", expected the digits of a channel id");
        return Optional.empty();
      }
      return Optional.of(new AlertSettings.Discord(name, id, Optional.empty()));
    }
    return address(section, "url", true)
        .map(url -> new AlertSettings.Discord(name, Optional.empty(), Optional.of(url)));
  }

  private static URI endpoint(TomlSection section) {
    return address(section, "url", false)
        .map(SecretValue::reveal)
        .map(URI::create)
        .orElse(PAGERDUTY);
  }

  private static Optional<Channel> mail(String name, TomlSection section) {
    Optional<String> host = section.requiredString("host").map(String::strip);
    Optional<String> from =
        section.requiredString("from").filter(text -> isMail(section, "from", text));
    List<String> to = new ArrayList<>();
    if (section.value("to").filter(JsonNode::isTextual).isPresent()) {
      section.string("to").ifPresent(to::add);
    } else {
      to.addAll(section.strings("to").orElse(List.of()));
    }
    to.removeIf(text -> !isMail(section, "to", text));
    if (!section.has("to")) {
      section.missing("to", "an array of mail addresses");
    }
    MailSecurity security =
        PolicyReader.oneOf(section, "security", words(MailSecurity.values()))
            .map(word -> MailSecurity.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(MailSecurity.STARTTLS);
    int port =
        section
            .integer("port", 1, 65_535)
            .orElse(
                switch (security) {
                  case NONE -> RELAY_PORT;
                  case STARTTLS -> SUBMISSION_PORT;
                  case TLS -> SUBMISSIONS_PORT;
                });
    Optional<String> username = text(section, "username");
    Optional<SecretValue> password = secret(section, "password");
    if (username.isPresent() != password.isPresent()) {
      section.missing(username.isPresent() ? "password" : "username", "both or none of the two");
      return Optional.empty();
    }
    if (host.isEmpty() || from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new AlertSettings.Mail(
            name, host.get(), port, security, username, password, from.get(), to));
  }

  private static boolean isMail(TomlSection section, String key, String text) {
    if (ADDRESS.matcher(text).matches()) {
      return true;
    }
    section
        .reporter()
        .error(
            "out_of_range",
            section.path(key),
            "is " + Suggestions.quote(text) + ", expected a mail address such as ops@example.org");
    return false;
  }

  private static Optional<Rule> rule(String name, TomlSection section, Set<String> channels) {
    section.warnUnknown(RULE_KEYS);
    Optional<Watched> watched =
        required(section, "when", words(Watched.values()))
            .map(word -> Watched.valueOf(word.toUpperCase(Locale.ROOT)));
    List<String> told = section.strings("channels").orElse(List.of());
    for (int i = 0; i < told.size(); i++) {
      if (!channels.contains(told.get(i))) {
        List<String> place = section.path("channels");
        place.add(String.valueOf(i));
        section
            .reporter()
            .error(
                "channel_unknown",
                place,
                "is "
                    + Suggestions.quote(told.get(i))
                    + ", expected the name of a table [alerts.channels.NAME]"
                    + Suggestions.didYouMean(told.get(i), List.copyOf(channels)));
      }
    }
    if (watched.isEmpty()) {
      return Optional.empty();
    }
    boolean queue = watched.get() == Watched.QUEUE_EMPTY || watched.get() == Watched.QUEUE_STUCK;
    if (queue && !section.has("table")) {
      section.missing("table", "the content table to watch");
    }
    return Optional.of(
        new Rule(
            name,
            watched.get(),
            section.strings("actors").orElse(List.of()),
            text(section, "table"),
            text(section, "where").orElse(WAITING),
            section.integer("threshold", 1).orElse(defaultThreshold(watched.get())),
            PolicyReader.seconds(
                section, "after_seconds", 0, MONTH_SECONDS, defaultAfter(watched.get())),
            PolicyReader.oneOf(section, "severity", words(Severity.values()))
                .map(word -> Severity.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(Severity.ERROR),
            told));
  }

  private static int defaultThreshold(Watched watched) {
    return switch (watched) {
      case CONSECUTIVE_FAILURES -> 3;
      case TOKENS_SPENT -> 1_000_000;
      default -> 1;
    };
  }

  private static Duration defaultAfter(Watched watched) {
    return switch (watched) {
      case ACTOR_OVERDUE, DOCTOR_FINDING -> Duration.ofMinutes(5);
      case NO_SUCCESS, QUEUE_STUCK -> Duration.ofHours(24);
      case QUEUE_EMPTY -> Duration.ofHours(1);
      default -> Duration.ZERO;
    };
  }

  private static Optional<String> required(TomlSection section, String key, List<String> words) {
    if (!section.has(key)) {
      section.missing(key, "one of " + String.join(", ", words));
      return Optional.empty();
    }
    return PolicyReader.oneOf(section, key, words);
  }

  private static List<String> words(Enum<?>[] values) {
    return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
  }

  private static Optional<SecretValue> address(TomlSection section, String key, boolean required) {
    Optional<String> written =
        required ? section.requiredString(key) : section.string(key).filter(s -> !s.isBlank());
    return written
        .map(String::strip)
        .filter(
            text -> {
              if (isHttp(text)) {
                return true;
              }
              // The address itself may be the secret.
              section
                  .reporter()
                  .error(
                      "out_of_range",
                      section.path(key),
                      "is no http or https address, expected https://HOST/PATH");
              return false;
            })
        .map(SecretValue::new);
  }

  private static boolean isHttp(String text) {
    try {
      URI uri = new URI(text);
      return ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
          && uri.getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Optional<SecretValue> requiredSecret(TomlSection section, String key) {
    return section.requiredString(key).map(String::strip).map(SecretValue::new);
  }

  private static Optional<SecretValue> secret(TomlSection section, String key) {
    return text(section, key).map(SecretValue::new);
  }

  private static Optional<String> text(TomlSection section, String key) {
    return section.string(key).map(String::strip).filter(text -> !text.isEmpty());
  }
}
