package io.botticelli.core.model.gemini;

import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelException.Kind;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names what went wrong in one call. Takes only Google's status word and retry delay out of an
 * error body: the rest may repeat the prompt.
 */
final class GeminiFailures {
  /** A provider that asks for more than this is treated as if it had asked for this. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);

  /** What the documentation says of limits per day: they are renewed at midnight there. */
  private static final ZoneId QUOTA_DAY = ZoneId.of("America/Los_Angeles");

  /** Lets the other side's clock be late. */
  private static final Duration QUOTA_MARGIN = Duration.ofMinutes(1);

  /** For example {@code GenerateRequestsPerDayPerProjectPerModel-FreeTier}. */
  private static final Pattern DAILY_QUOTA =
      Pattern.compile("\"quotaId\"\\s*:\\s*\"([A-Za-z0-9_-]{0,80}PerDay[A-Za-z0-9_-]{0,80})\"");

  private static final Pattern STATUS_WORD =
      Pattern.compile("\"status\"\\s*:\\s*\"([A-Z_]{1,40})\"");
  private static final Pattern RETRY_DELAY =
      Pattern.compile("\"retryDelay\"\\s*:\\s*\"(\\d{1,6})(?:\\.(\\d{1,3})\\d{0,6})?s\"");

  private final String model;
  private final Clock clock;

  GeminiFailures(String model, Clock clock) {
    this.model = model;
    this.clock = clock;
  }

  ModelException status(int status, Optional<String> retryAfterHeader, String body) {
    String word = find(STATUS_WORD, body).map(found -> " " + found).orElse("");
    String answered = subject() + " answered HTTP " + status + word;
    Duration wait =
        retryAfterHeader.flatMap(this::headerWait).or(() -> bodyWait(body)).orElse(null);
    if (status == 429) {
      Optional<String> daily = find(DAILY_QUOTA, body);
      if (daily.isPresent()) {
        return quotaUsedUp(answered, daily.get());
      }
      return failure(
          Kind.RATE_LIMITED,
          answered
              + (wait == null ? "" : ", asking for a wait of " + wait.toSeconds() + " s")
              + "; lower the rate (GEMINI_TIER, rpm, tpm) if it keeps happening",
          status,
          wait);
    }
    // A wrong key is answered as an invalid argument.
    if (status == 401 || status == 403 || (status == 400 && body.contains("API_KEY_INVALID"))) {
      return failure(
          Kind.AUTHENTICATION,
          answered + "; check GEMINI_API_KEY and its permissions",
          status,
          null);
    }
    // The free tier is not offered everywhere.
    if (status == 400 && body.contains("FAILED_PRECONDITION")) {
      return failure(
          Kind.NOT_CONFIGURED,
          answered + "; the key's project may need billing, or the service is not offered here",
          status,
          null);
    }
    if (status == 408) {
      return failure(Kind.TIMEOUT, answered, status, wait);
    }
    if (status >= 500) {
      return failure(Kind.UNAVAILABLE, answered, status, wait);
    }
    if (status == 404) {
      return failure(
          Kind.INVALID_REQUEST,
          answered + "; check the model name, or map it in [models.alias]",
          status,
          null);
    }
    if (status / 100 == 3) {
      return failure(
          Kind.INVALID_REQUEST,
          answered + "; redirects are not followed, check GEMINI_BASE_URL",
          status,
          null);
    }
    return failure(
        Kind.INVALID_REQUEST,
        answered + "; check model, temperature, max_tokens and media of the act",
        status,
        null);
  }

  /**
   * The retry delay of such an answer is seconds although the limit is one of the day: following it
   * would mean asking in vain until midnight.
   */
  private ModelException quotaUsedUp(String answered, String quota) {
    Instant now = clock.instant();
    Instant renewed =
        now.atZone(QUOTA_DAY).toLocalDate().plusDays(1).atStartOfDay(QUOTA_DAY).toInstant();
    return failure(
        Kind.QUOTA_EXHAUSTED,
        answered
            + ": the quota of the day is used up ("
            + quota
            + "); it is renewed at "
            + renewed
            + ", raise it with the provider to go on earlier",
        429,
        Duration.between(now, renewed).plus(QUOTA_MARGIN));
  }

  ModelException timeout(Duration timeout) {
    return failure(
        Kind.TIMEOUT, subject() + " did not answer within " + timeout.toMillis() + " ms", 0, null);
  }

  ModelException connection(@Nullable Throwable cause, Duration timeout) {
    if (cause instanceof HttpTimeoutException) {
      return timeout(timeout);
    }
    return new ModelException(
        Kind.CONNECTION,
        subject()
            + " could not be reached ("
            + (cause == null ? "no cause given" : cause.getClass().getSimpleName())
            + "); check the network and GEMINI_BASE_URL",
        0,
        null,
        cause);
  }

  ModelException interrupted() {
    return failure(Kind.INTERRUPTED, subject() + ": the call was interrupted", 0, null);
  }

  ModelException invalid(String why) {
    return failure(Kind.INVALID_REQUEST, subject() + ": " + why, 0, null);
  }

  /** The provider answered with success but not with an answer: worth another try. */
  ModelException unusable(String what) {
    return failure(Kind.UNAVAILABLE, subject() + " answered " + what, 200, null);
  }

  /**
   * A failure inside the library. Its message and cause are dropped because they may quote the
   * answer; the type is what is left to look for.
   */
  ModelException unexpected(RuntimeException failure) {
    return unusable("something the client could not read (" + failure.getClass().getName() + ")");
  }

  private String subject() {
    return "gemini model " + model;
  }

  private static ModelException failure(
      Kind kind, String message, int status, @Nullable Duration wait) {
    return new ModelException(kind, message, status, wait, null);
  }

  /** RFC 9110 section 10.2.3: seconds or an HTTP date. */
  private Optional<Duration> headerWait(String header) {
    String value = header.strip();
    if (value.matches("\\d{1,9}")) {
      return Optional.of(bounded(Duration.ofSeconds(Long.parseLong(value))));
    }
    try {
      ZonedDateTime until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Optional.of(bounded(Duration.between(clock.instant(), until.toInstant())));
    } catch (DateTimeException e) {
      // A header nobody can read is no hint; the caller's own backoff applies.
      return Optional.empty();
    }
  }

  private static Optional<Duration> bodyWait(String body) {
    Matcher matcher = RETRY_DELAY.matcher(body);
    if (!matcher.find()) {
      return Optional.empty();
    }
    String fraction = matcher.group(2) == null ? "" : matcher.group(2);
    long millis = Long.parseLong((fraction + "000").substring(0, 3));
    return Optional.of(
        bounded(Duration.ofSeconds(Long.parseLong(matcher.group(1))).plusMillis(millis)));
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private static Optional<String> find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
