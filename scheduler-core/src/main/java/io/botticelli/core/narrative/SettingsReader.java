package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the small tables that stand in several places: model settings, carousel, budget. */
final class SettingsReader {
  static final Set<String> MODEL_KEYS = Set.of("model", "temperature", "max_tokens");
  private static final Set<String> CAROUSEL_KEYS =
      Set.of("iterations", "estimated_tokens_per_iteration", "continue_on_error", "budget");
  private static final Set<String> BUDGET_KEYS =
      Set.of(
          "rpm_multiplier",
          "tpm_multiplier",
          "rpd_multiplier",
          "tpd_multiplier",
          "rpm",
          "tpm",
          "rpd",
          "tpd");
  private static final double MAX_TEMPERATURE = 2.0;
  private static final double USUAL_TEMPERATURE = 1.0;
  private static final int DEFAULT_ESTIMATE = 1000;

  private SettingsReader() {}

  static ModelSettings model(TomlSection section) {
    Optional<Double> temperature = section.decimal("temperature", 0.0, MAX_TEMPERATURE);
    if (temperature.isPresent() && temperature.get() > USUAL_TEMPERATURE) {
      section
          .reporter()
          .warning(
              "unusual_temperature",
              section.path("temperature"),
              "is " + temperature.get() + "; many models accept 0.0 to 1.0 only");
    }
    Optional<String> model =
        section.has("model") ? section.requiredString("model") : Optional.empty();
    return new ModelSettings(model, temperature, section.integer("max_tokens", 1));
  }

  static Optional<Carousel> carousel(TomlSection parent) {
    return parent
        .table("carousel")
        .flatMap(
            section -> {
              section.warnUnknown(CAROUSEL_KEYS);
              Optional<Integer> iterations = section.integer("iterations", 1);
              if (!section.has("iterations")) {
                section.missing("iterations", "the number of passes, at least 1");
              }
              int estimate =
                  section.integer("estimated_tokens_per_iteration", 0).orElse(DEFAULT_ESTIMATE);
              boolean goOn = section.bool("continue_on_error").orElse(false);
              BudgetMultipliers budget = budget(section);
              return iterations.map(passes -> new Carousel(passes, estimate, goOn, budget));
            });
  }

  static Carousel repeated(int iterations) {
    return new Carousel(iterations, DEFAULT_ESTIMATE, false, BudgetMultipliers.NONE);
  }

  static BudgetMultipliers budget(TomlSection parent) {
    Optional<TomlSection> section = parent.table("budget");
    section.ifPresent(budget -> budget.warnUnknown(BUDGET_KEYS));
    return section
        .map(
            budget ->
                new BudgetMultipliers(
                    multiplier(budget, "rpm"),
                    multiplier(budget, "tpm"),
                    multiplier(budget, "rpd"),
                    multiplier(budget, "tpd")))
        .orElse(BudgetMultipliers.NONE);
  }

  static Retention retention(TomlSection section, Retention unset) {
    JsonNode node = section.node().get("history_retention");
    if (node == null) {
      return unset;
    }
    if (node.isTextual()) {
      for (Retention retention : Retention.values()) {
        if (retention.name().toLowerCase(Locale.ROOT).equals(node.textValue())) {
          return retention;
        }
      }
    }
    section
        .reporter()
        .warning(
            "bad_retention",
            section.path("history_retention"),
            "is "
                + (node.isTextual()
                    ? Suggestions.quote(node.textValue())
                    : TomlSection.typeOf(node))
                + ", expected full, summary or drop; full is used");
    return Retention.FULL;
  }

  private static Optional<Double> multiplier(TomlSection budget, String name) {
    String full = name + "_multiplier";
    String key = budget.has(full) ? full : name;
    Optional<Double> value = budget.decimal(key, -Double.MAX_VALUE, Double.MAX_VALUE);
    if (value.isPresent() && !(value.get() > 0.0 && value.get() <= 1.0)) {
      List<String> path = budget.path(key);
      budget
          .reporter()
          .error(
              "out_of_range",
              path,
              "is " + value.get() + ", expected a number above 0.0 and up to 1.0");
      return Optional.empty();
    }
    return value;
  }
}
