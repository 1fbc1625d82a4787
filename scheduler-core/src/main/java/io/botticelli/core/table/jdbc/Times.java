package io.botticelli.core.table.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.table.jdbc.Coercion.Coerced;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads points in time from JSON: ISO-8601 with or without zone (then UTC), epoch s or ms. Pure.
 */
final class Times {
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffset("+HH:MM", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHMM", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HH", "Z")
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final Pattern EPOCH = Pattern.compile("-?[0-9]{9,15}");

  /** Seconds until the year 5138; anything larger is milliseconds since 1973 or later. */
  private static final long FIRST_MILLISECONDS = 100_000_000_000L;

  private static final int MAX_LENGTH = 64;
  private static final int MIN_YEAR = 1;
  private static final int MAX_YEAR = 9999;

  private Times() {}

  /**
   * @param date true: the day in UTC is wanted
   */
  static Coerced coerce(JsonNode value, boolean date) {
    Optional<Instant> instant = instant(value);
    if (instant.isEmpty()) {
      return Coerced.lost("not an ISO-8601 time or epoch number");
    }
    LocalDateTime utc = LocalDateTime.ofInstant(instant.get(), ZoneOffset.UTC);
    if (utc.getYear() < MIN_YEAR || utc.getYear() > MAX_YEAR) {
      return Coerced.lost("year out of range");
    }
    return Coerced.of(
        date ? utc.toLocalDate().toString() : utc.atOffset(ZoneOffset.UTC).toString());
  }

  private static Optional<Instant> instant(JsonNode value) {
    if (value.isNumber()) {
      double number = value.asDouble();
      return Double.isFinite(number) && Math.abs(number) < 1e15
          ? Optional.of(epoch(number))
          : Optional.empty();
    }
    if (!value.isTextual()) {
      return Optional.empty();
    }
    String text = value.asText().strip();
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    if (EPOCH.matcher(text).matches()) {
      return Optional.of(epoch(Double.parseDouble(text)));
    }
    return iso(text);
  }

  private static Instant epoch(double number) {
    return Instant.ofEpochMilli(
        Math.abs(number) < FIRST_MILLISECONDS ? Math.round(number * 1000) : Math.round(number));
  }

  private static Optional<Instant> iso(String text) {
    String joined = text.replaceFirst("^([0-9-]{10}) +", "$1T").replace(" ", "");
    try {
      TemporalAccessor parsed =
          ISO.parseBest(joined, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
      if (parsed instanceof OffsetDateTime zoned) {
        return Optional.of(zoned.toInstant());
      }
      if (parsed instanceof LocalDateTime local) {
        return Optional.of(local.toInstant(ZoneOffset.UTC));
      }
      return Optional.of(((LocalDate) parsed).atStartOfDay().toInstant(ZoneOffset.UTC));
    } catch (DateTimeException notIso) {
      return Optional.empty();
    }
  }
}
