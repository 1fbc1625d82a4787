package io.botticelli.core.config;

import io.botticelli.core.retention.RetentionRule;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code [retention]} of a server file. Stateless. */
final class RetentionReader {
  /** Keys of {@code [retention]}. */
  static final List<String> KEYS = List.of("tables");

  /** Keys of a rule. */
  static final List<String> RULE_KEYS = List.of("days", "statuses");

  private static final Pattern TABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final int LONGEST_DAYS = 36_500;

  private RetentionReader() {}

  /** Returns table, lower case, to rule. */
  static Map<String, RetentionRule> read(TomlSection section) {
    section.warnUnknown(KEYS);
    Map<String, RetentionRule> rules = new LinkedHashMap<>();
    section
        .table("tables")
        .ifPresent(
            tables ->
                tables
                    .tables()
                    .forEach(
                        (name, rule) ->
                            rule(tables, name, rule)
                                .ifPresent(
                                    read -> rules.put(name.toLowerCase(Locale.ROOT), read))));
    return rules;
  }

  private static Optional<RetentionRule> rule(TomlSection tables, String name, TomlSection rule) {
    rule.warnUnknown(RULE_KEYS);
    if (!TABLE.matcher(name).matches()) {
      tables
          .reporter()
          .error(
              "identifier_invalid",
              tables.path(name),
              "is "
                  + Suggestions.quote(name)
                  + ", expected a letter or _, then up to 62 letters, digits or _");
      return Optional.empty();
    }
    Optional<Integer> days = rule.integer("days", 1, LONGEST_DAYS);
    if (!rule.has("days")) {
      rule.missing("days", "the age in days from which rows are deleted");
    }
    Optional<List<String>> statuses = rule.strings("statuses").filter(list -> !list.isEmpty());
    if (statuses.isEmpty()) {
      rule.missing(
          "statuses", "the review_status of rows that may be deleted, such as [\"rejected\"]");
    }
    return days.flatMap(age -> statuses.map(list -> new RetentionRule(age, list)));
  }
}
