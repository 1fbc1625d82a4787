package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.botticelli.core.narrative.SecurityPolicy.ChannelFilter;
import io.botticelli.core.narrative.SecurityPolicy.CommandRules;
import io.botticelli.core.narrative.SecurityPolicy.Constraints;
import io.botticelli.core.narrative.SecurityPolicy.ContentFilter;
import io.botticelli.core.narrative.SecurityPolicy.RateLimit;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.net.IDN;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads the tables of a policy, in a narrative or in the server file. A key that is not known is an
 * error here: ignoring it would allow what somebody meant to forbid. Stateless.
 */
public final class SecurityReader {
  /** Keys of each table, by its name below {@code security}. */
  public static final Map<String, List<String>> TABLE_KEYS =
      Map.of(
          "policy",
          List.of(
              "allowed_commands",
              "denied_commands",
              "allow_all_by_default",
              "require_confirmation",
              "protected_users",
              "protected_roles"),
          "constraints",
          List.of("guild_id", "channel_prefix"),
          "resources",
          List.of("channel"),
          "resources.channel",
          List.of("allowed_ids", "denied_ids", "allow_all_by_default"),
          "content",
          List.of(
              "max_length",
              "max_mentions",
              "max_urls",
              "block_mass_mentions",
              "prohibited_patterns",
              "allowed_domains",
              "denied_domains"),
          "rate_limits.COMMAND",
          List.of("max_tokens", "window_secs", "burst"));

  /** The tables of a policy. */
  public static final List<String> TABLES =
      List.of("policy", "constraints", "resources", "content", "rate_limits");

  private static final String COMMAND = "(?:\\*|[a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)*(?:\\.?\\*)?)";
  private static final String PREFIX = "[\\p{L}\\p{N}_-]{1,100}";
  private static final String ID = "[A-Za-z0-9_-]{1,100}";
  private static final int DEFAULT_MENTIONS = 5;
  private static final int DEFAULT_URLS = 3;
  private static final int MOST_TOKENS = 1_000_000;
  private static final int LONGEST_WINDOW = 30 * 86_400;
  private static final int LONGEST_PATTERN = 1000;

  private final UnaryOperator<String> expand;

  private SecurityReader(UnaryOperator<String> expand) {
    this.expand = expand;
  }

  /**
   * Reads a policy; mistakes go to the section's reporter.
   *
   * @param section the table {@code security}
   * @param more keys of the table that somebody else reads
   * @param expand replaces environment variables in a text
   * @return empty when none of the tables is there
   */
  public static Optional<SecurityPolicy> read(
      TomlSection section, Set<String> more, UnaryOperator<String> expand) {
    List<String> known = new ArrayList<>(TABLES);
    known.addAll(more);
    refuseUnknown(section, known);
    return TABLES.stream().anyMatch(section::has)
        ? Optional.of(new SecurityReader(expand).policy(section))
        : Optional.empty();
  }

  private SecurityPolicy policy(TomlSection section) {
    return new SecurityPolicy(
        known(section.table("policy"), "policy").map(this::commands),
        known(section.table("constraints"), "constraints")
            .map(this::constraints)
            .orElse(Constraints.NONE),
        known(section.table("resources"), "resources")
            .flatMap(resources -> known(resources.table("channel"), "resources.channel"))
            .map(this::channels),
        known(section.table("content"), "content").map(this::content),
        section.table("rate_limits").map(SecurityReader::rateLimits).orElse(Map.of()));
  }

  private CommandRules commands(TomlSection table) {
    List<String> confirmed = commandNames(table, "require_confirmation");
    for (String command : confirmed) {
      if (command.startsWith("database.") || command.equals("update_table")) {
        table
            .reporter()
            .error(
                "not_supported",
                table.path("require_confirmation"),
                "names "
                    + Suggestions.quote(command)
                    + ", which cannot wait for a person; allow or deny it");
      }
    }
    List<String> allowed = commandNames(table, "allowed_commands");
    if (!confirmed.isEmpty()
        && allowed.isEmpty()
        && !table.bool("allow_all_by_default").orElse(false)) {
      table
          .reporter()
          .warning(
              "nothing_allowed",
              table.path("require_confirmation"),
              "names commands that nothing allows, so they are denied before anybody is asked;"
                  + " add them to allowed_commands");
    }
    return new CommandRules(
        allowed,
        commandNames(table, "denied_commands"),
        table.bool("allow_all_by_default").orElse(false),
        confirmed,
        ids(table, "protected_users"),
        ids(table, "protected_roles"));
  }

  private Constraints constraints(TomlSection table) {
    Optional<String> prefix = table.string("channel_prefix").map(expand);
    prefix
        .filter(text -> !text.matches(PREFIX))
        .ifPresent(
            text ->
                table
                    .reporter()
                    .error(
                        "out_of_range",
                        table.path("channel_prefix"),
                        "is "
                            + Suggestions.quote(text)
                            + ", expected 1 to 100 letters, digits, dashes or underscores"));
    return new Constraints(ids(table, "guild_id"), prefix);
  }

  private ChannelFilter channels(TomlSection table) {
    return new ChannelFilter(
        ids(table, "allowed_ids"),
        ids(table, "denied_ids"),
        table.bool("allow_all_by_default").orElse(false));
  }

  private ContentFilter content(TomlSection table) {
    return new ContentFilter(
        table.integer("max_length", 1),
        table.integer("max_mentions", 0).orElse(DEFAULT_MENTIONS),
        table.integer("max_urls", 0).orElse(DEFAULT_URLS),
        table.bool("block_mass_mentions").orElse(true),
        patterns(table),
        domains(table, "allowed_domains"),
        domains(table, "denied_domains"));
  }

  private static Map<String, RateLimit> rateLimits(TomlSection table) {
    Map<String, RateLimit> limits = new LinkedHashMap<>();
    table
        .tables()
        .forEach(
            (written, limit) -> {
              String command = written.strip().toLowerCase(Locale.ROOT);
              if (!command.matches(COMMAND) || !limit.has("max_tokens")) {
                table
                    .reporter()
                    .error(
                        "out_of_range",
                        table.path(written),
                        "is no limit of a command; expected"
                            + " \"messages.send\" = { max_tokens = 10, window_secs = 60 },"
                            + " the command in quotes");
                return;
              }
              refuseUnknown(limit, TABLE_KEYS.getOrDefault("rate_limits.COMMAND", List.of()));
              if (!limit.has("window_secs")) {
                limit.missing("window_secs", "the seconds in which max_tokens come back");
              }
              Optional<Integer> tokens = limit.integer("max_tokens", 1, MOST_TOKENS);
              Optional<Integer> window = limit.integer("window_secs", 1, LONGEST_WINDOW);
              int burst = limit.integer("burst", 0, MOST_TOKENS).orElse(0);
              if (tokens.isPresent() && window.isPresent()) {
                limits.put(
                    command, new RateLimit(tokens.get(), Duration.ofSeconds(window.get()), burst));
              }
            });
    return limits;
  }

  private static Optional<TomlSection> known(Optional<TomlSection> table, String name) {
    table.ifPresent(section -> refuseUnknown(section, TABLE_KEYS.getOrDefault(name, List.of())));
    return table;
  }

  private static void refuseUnknown(TomlSection section, List<String> known) {
    for (String key : section.keys()) {
      if (!known.contains(key)) {
        section
            .reporter()
            .error(
                "unknown_key",
                section.path(key),
                "unknown key "
                    + Suggestions.quote(key)
                    + " in a security policy"
                    + Suggestions.didYouMean(key, known));
      }
    }
  }

  private List<String> commandNames(TomlSection table, String key) {
    List<String> names = new ArrayList<>();
    for (String written : table.strings(key).orElse(List.of())) {
      String name = expand.apply(written).strip().toLowerCase(Locale.ROOT);
      if (name.matches(COMMAND)) {
        names.add(name);
      } else {
        refuse(table, key, written, "a command such as \"messages.send\" or \"messages.*\"");
      }
    }
    return names;
  }

  /** Ids may be texts or integers, one or many. */
  private List<String> ids(TomlSection table, String key) {
    List<JsonNode> nodes = new ArrayList<>();
    table
        .value(key)
        .ifPresent(
            node -> {
              if (node.isArray()) {
                node.forEach(nodes::add);
              } else {
                nodes.add(node);
              }
            });
    List<String> ids = new ArrayList<>();
    for (JsonNode node : nodes) {
      String id =
          node.isTextual()
              ? expand.apply(node.textValue()).strip()
              : node.isInt() || node.isLong() ? node.asText() : "";
      if (id.matches(ID)) {
        ids.add(id);
      } else {
        refuse(
            table,
            key,
            node.isTextual() ? node.textValue() : TomlSection.typeOf(node),
            "an id, with every variable in it set");
      }
    }
    return ids;
  }

  private static List<String> patterns(TomlSection table) {
    List<String> patterns = new ArrayList<>();
    for (String pattern : table.strings("prohibited_patterns").orElse(List.of())) {
      if (pattern.isEmpty() || pattern.length() > LONGEST_PATTERN) {
        refuse(
            table,
            "prohibited_patterns",
            pattern.substring(0, Math.min(pattern.length(), 40)),
            "1 to " + LONGEST_PATTERN + " characters");
        continue;
      }
      try {
        Pattern.compile(pattern);
        patterns.add(pattern);
      } catch (PatternSyntaxException wrong) {
        refuse(
            table,
            "prohibited_patterns",
            pattern,
            "a regular expression of RE2, without look-around and back references ("
                + wrong.getDescription()
                + ")");
      }
    }
    return patterns;
  }

  private List<String> domains(TomlSection table, String key) {
    List<String> domains = new ArrayList<>();
    for (String written : table.strings(key).orElse(List.of())) {
      Optional<String> domain = domain(expand.apply(written));
      domain.ifPresent(domains::add);
      if (domain.isEmpty()) {
        refuse(table, key, written, "a domain such as \"example.org\", without scheme and path");
      }
    }
    return domains;
  }

  private static Optional<String> domain(String written) {
    String plain = written.strip().replaceFirst("^\\*?\\.", "").replaceFirst("\\.+$", "");
    try {
      String ascii = IDN.toASCII(plain, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
      return ascii.matches("[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*")
          ? Optional.of(ascii)
          : Optional.empty();
    } catch (IllegalArgumentException noDomain) {
      return Optional.empty();
    }
  }

  private static void refuse(TomlSection table, String key, String value, String expected) {
    table
        .reporter()
        .error(
            "out_of_range",
            table.path(key),
            "holds " + Suggestions.quote(value) + ", expected " + expected);
  }
}
