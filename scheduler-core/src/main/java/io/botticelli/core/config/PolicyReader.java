package io.botticelli.core.config;

import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.narrative.BudgetMultipliers;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the tables that server files and actor files share. Stateless. */
final class PolicyReader {
  /** Keys of {@code [..circuit_breaker]}. */
  static final List<String> BREAKER_KEYS =
      List.of(
          "enabled",
          "failure_threshold",
          "max_consecutive_failures",
          "auto_pause",
          "reset_on_success",
          "reset_timeout_seconds",
          "success_threshold");

  /** Keys of {@code [..execution]}. */
  static final List<String> EXECUTION_KEYS =
      Stream.concat(
              Stream.of(
                  "stop_on_unrecoverable",
                  "continue_on_error",
                  "max_retries",
                  "retry_delay_seconds",
                  "timeout_seconds",
                  "processing_strategy",
                  "max_iterations"),
              FiringReader.POLICY_KEYS.stream())
          .toList();

  /** Keys of {@code [..budget]}. */
  static final List<String> BUDGET_KEYS =
      List.of(
          "rpm_multiplier",
          "rpm",
          "tpm_multiplier",
          "tpm",
          "rpd_multiplier",
          "rpd",
          "tpd_multiplier",
          "tpd");

  private static final List<String> STRATEGIES = List.of("single_run", "drain_queue");
  private static final int DAY_SECONDS = 86_400;

  private PolicyReader() {}

  /** Reads {@code [..circuit_breaker]}; what it does not say comes from {@code outer}. */
  static BreakerPolicy breaker(Optional<TomlSection> table, BreakerPolicy outer) {
    if (table.isEmpty()) {
      return outer;
    }
    TomlSection section = table.get();
    section.warnUnknown(BREAKER_KEYS);
    return new BreakerPolicy(
        section.bool("enabled").orElse(outer.enabled()),
        section
            .integer("failure_threshold", 1, 1000)
            .or(() -> section.integer("max_consecutive_failures", 1, 1000))
            .orElse(outer.failureThreshold()),
        section.bool("auto_pause").orElse(outer.autoPause()),
        section.bool("reset_on_success").orElse(outer.resetOnSuccess()),
        seconds(section, "reset_timeout_seconds", 0, 30 * DAY_SECONDS, outer.resetTimeout()),
        section.integer("success_threshold", 1, 100).orElse(outer.successThreshold()));
  }

  /** Reads {@code [..execution]}. */
  static ExecutionPolicy execution(Optional<TomlSection> table, ExecutionPolicy outer) {
    if (table.isEmpty()) {
      return outer;
    }
    TomlSection section = table.get();
    section.warnUnknown(EXECUTION_KEYS);
    return new ExecutionPolicy(
        section.bool("stop_on_unrecoverable").orElse(outer.stopOnUnrecoverable()),
        section.bool("continue_on_error").orElse(outer.continueOnError()),
        section.integer("max_retries", 0, 100).orElse(outer.maxRetries()),
        seconds(section, "retry_delay_seconds", 0, 300, outer.retryDelay()),
        seconds(section, "timeout_seconds", 1, 7 * DAY_SECONDS, outer.timeout()),
        oneOf(section, "processing_strategy", STRATEGIES)
            .map("drain_queue"::equals)
            .orElse(outer.drainQueue()),
        section.integer("max_iterations", 1, 100_000).orElse(outer.maxIterations()));
  }

  /** Reads {@code [..budget]}. */
  static BudgetMultipliers budget(Optional<TomlSection> table) {
    if (table.isEmpty()) {
      return BudgetMultipliers.NONE;
    }
    TomlSection section = table.get();
    section.warnUnknown(BUDGET_KEYS);
    return new BudgetMultipliers(
        multiplier(section, "rpm"),
        multiplier(section, "tpm"),
        multiplier(section, "rpd"),
        multiplier(section, "tpd"));
  }

  private static Optional<Double> multiplier(TomlSection section, String name) {
    String key = section.has(name + "_multiplier") ? name + "_multiplier" : name;
    Optional<Double> multiplier = section.decimal(key, 0.0, 1.0);
    if (multiplier.filter(value -> value == 0).isPresent()) {
      section
          .reporter()
          .error("out_of_range", section.path(key), "is 0, expected more than 0 and at most 1");
      return Optional.empty();
    }
    return multiplier;
  }

  /** Reads whole seconds in {@code [min, max]}. */
  static Duration seconds(
      TomlSection section, String key, int min, int max, Duration defaultValue) {
    return section.integer(key, min, max).map(Duration::ofSeconds).orElse(defaultValue);
  }

  /** Reads a word of a fixed list, in any case. */
  static Optional<String> oneOf(TomlSection section, String key, List<String> words) {
    Optional<String> written = section.string(key);
    Optional<String> known =
        written.map(text -> text.strip().toLowerCase(Locale.ROOT)).filter(words::contains);
    if (written.isPresent() && known.isEmpty()) {
      section
          .reporter()
          .error(
              "unknown_value",
              section.path(key),
              "is "
                  + Suggestions.quote(written.get())
                  + ", expected one of "
                  + String.join(", ", words)
                  + Suggestions.didYouMean(written.get(), words));
    }
    return known;
  }
}
