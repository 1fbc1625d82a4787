package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.toml.TomlSection;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the length of an interval, as a phrase or as amounts that are added up. */
final class IntervalAmounts {
  private static final Map<String, Duration> AMOUNTS = amounts();

  /** Keys that hold a number of a unit. */
  static final Set<String> KEYS = AMOUNTS.keySet();

  private IntervalAmounts() {}

  private static Map<String, Duration> amounts() {
    Map<String, Duration> amounts = new LinkedHashMap<>();
    amounts.put("seconds", Duration.ofSeconds(1));
    amounts.put("minutes", Duration.ofMinutes(1));
    amounts.put("hours", Duration.ofHours(1));
    amounts.put("days", Duration.ofDays(1));
    amounts.put("weeks", Duration.ofDays(7));
    amounts.put("interval_seconds", Duration.ofSeconds(1));
    amounts.put("interval_minutes", Duration.ofMinutes(1));
    amounts.put("interval_hours", Duration.ofHours(1));
    amounts.put("interval_days", Duration.ofDays(1));
    amounts.put("check_interval_hours", Duration.ofHours(1));
    amounts.put("check_interval_minutes", Duration.ofMinutes(1));
    amounts.put("base_interval_hours", Duration.ofHours(1));
    return Collections.unmodifiableMap(amounts);
  }

  /**
   * Reads the length of a section's interval.
   *
   * @throws InvalidScheduleException if it is wrong; without a message when that was reported
   */
  static Duration read(TomlSection section) {
    for (String key : List.of("every", "interval")) {
      Optional<String> phrase = section.string(key);
      if (phrase.isPresent()) {
        return SchedulePhrases.duration(
            phrase.get().strip().replaceFirst("^(?i)every\\s+", ""), phrase.get());
      }
    }
    Duration sum = Duration.ZERO;
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, Duration> amount : AMOUNTS.entrySet()) {
      // Three-bot files may give both; there the minutes count.
      boolean overridden =
          amount.getKey().equals("check_interval_hours") && section.has("check_interval_minutes");
      if (section.has(amount.getKey()) && !overridden) {
        found.add(amount.getKey());
        sum = sum.plus(amount(section, amount.getKey(), amount.getValue()));
      }
    }
    if (found.isEmpty()) {
      throw new InvalidScheduleException(
          "an interval needs one of seconds, minutes, hours, days, or every = \"2 hours\"");
    }
    return SchedulePhrases.checked(sum, String.join(" + ", found) + " = " + inWords(sum));
  }

  private static Duration amount(TomlSection section, String key, Duration unit) {
    double max = (double) SchedulePhrases.MAX_INTERVAL.toSeconds() / unit.toSeconds();
    boolean whole = section.value(key).filter(JsonNode::isIntegralNumber).isPresent();
    Optional<Double> number =
        whole
            ? section.integer(key, 0, (int) max).map(Integer::doubleValue)
            : section.decimal(key, 0, max);
    if (number.isEmpty()) {
      // Reported by the section itself; a second line about the sum would only confuse.
      throw new InvalidScheduleException("");
    }
    BigDecimal seconds =
        BigDecimal.valueOf(number.get()).multiply(BigDecimal.valueOf(unit.toSeconds()));
    return Duration.ofSeconds(seconds.longValue());
  }

  /** Says a length in the greatest unit that divides it. */
  static String inWords(Duration every) {
    long seconds = every.toSeconds();
    if (seconds > 0 && seconds % 86_400 == 0) {
      return count(seconds / 86_400, "day");
    } else if (seconds > 0 && seconds % 3600 == 0) {
      return count(seconds / 3600, "hour");
    } else if (seconds > 0 && seconds % 60 == 0) {
      return count(seconds / 60, "minute");
    }
    return count(seconds, "second");
  }

  private static String count(long number, String unit) {
    return number + " " + unit + (number == 1 ? "" : "s");
  }
}
