package io.botticelli.web.app;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Why something is paused and for how long. */
final class PauseOptions {
  private static final Pattern AMOUNT = Pattern.compile("([1-9][0-9]{0,5})([smhd])");

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people.")
  private @Nullable String reason;

  @Option(
      names = "--until",
      paramLabel = "T",
      description =
          "When it ends by itself: 2026-01-05T09:00Z, with another offset, without one (UTC), or"
              + " from now: 90s, 30m, 2h, 1d.")
  private @Nullable String until;

  String reason() {
    return Optional.ofNullable(reason).orElse("");
  }

  /**
   * Returns the end of the pause.
   *
   * @throws ParameterException if it is no time, or one that has passed
   */
  Optional<Instant> until(CommandSpec spec, Clock clock) {
    if (until == null) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Instant end =
        parse(until, now)
            .orElseThrow(
                () ->
                    invalid(
                        spec,
                        "expected a time such as 2026-01-05T09:00Z, or an amount such as 30m or 2h"));
    if (!end.isAfter(now)) {
      throw invalid(spec, "but it is " + Output.time(now) + " already; name a later time");
    }
    return Optional.of(end);
  }

  private ParameterException invalid(CommandSpec spec, String why) {
    return new ParameterException(spec.commandLine(), "--until is '" + until + "', " + why);
  }

  static Optional<Instant> parse(String text, Instant now) {
    Matcher amount = AMOUNT.matcher(text.toLowerCase(Locale.ROOT));
    if (amount.matches()) {
      return Optional.of(now.plus(duration(Long.parseLong(amount.group(1)), amount.group(2))));
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException notWithOffset) {
      try {
        return Optional.of(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
      } catch (DateTimeException noTime) {
        return Optional.empty();
      }
    }
  }

  private static Duration duration(long amount, String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
