package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the skills of an actor: {@code [skills.X]} tables, {@code [[skills]]} lists, lists of names
 * or tables in {@code actor.skills}, or narrative keys written directly in a server entry.
 */
final class SkillReader {
  static final String NARRATIVE = "narrative_execution";
  static final String POSTING_LIMITS = "posting_limits";

  /** Keys of a narrative that may stand directly in an actor's section. */
  static final Set<String> INLINE_KEYS =
      Set.of("narrative", "narrative_path", "narrative_name", "model", "variables");

  /** Keys of the skill {@code rate_limiting}. */
  static final Set<String> LIMIT_KEYS = Set.of("max_posts_per_day", "min_interval_minutes");

  private static final List<String> REPORT_ONLY =
      List.of("content_selection", "duplicate_check", "content_formatter");
  private static final List<String> WITHOUT_EFFECT =
      List.of("content_scheduling", "social_media_posting");

  /** Skills that are known by name. */
  static final List<String> KINDS =
      List.of(
          NARRATIVE,
          "rate_limiting",
          "content_selection",
          "duplicate_check",
          "content_formatter",
          "content_scheduling",
          "social_media_posting");

  private final NarrativeLibrary library;

  SkillReader(NarrativeLibrary library) {
    this.library = library;
  }

  /**
   * The skills of an actor.
   *
   * @param complete false: some were wrong, reported and left out
   */
  record Skills(List<Skill> list, boolean complete) {}

  /** A skill as written: where it is listed and where its settings are. */
  private record Listed(String name, boolean enabled, TomlSection place, TomlSection settings) {}

  /**
   * Reads the skills of an actor file.
   *
   * @param actor the {@code [actor]} table
   * @param root the whole file
   */
  Skills fromFile(TomlSection actor, TomlSection root) {
    Map<String, TomlSection> settings = new LinkedHashMap<>();
    List<Listed> listed = new ArrayList<>();
    if (root.value("skills").filter(JsonNode::isObject).isPresent()) {
      root.table("skills").ifPresent(table -> settings.putAll(table.tables()));
    } else {
      root.sections("skills").forEach(entry -> list(entry, settings, listed));
    }
    actor.value("skills").ifPresent(value -> listOf(actor, value, settings, listed));
    if (listed.isEmpty() && !actor.has("skills")) {
      settings.forEach((name, table) -> listed.add(new Listed(name, true, table, table)));
    }
    warnUnlisted(settings, listed);
    List<Skill> skills = new ArrayList<>();
    for (Listed skill : listed) {
      read(skill).ifPresent(skills::add);
    }
    return new Skills(
        skills, !skills.isEmpty() && skills.size() == listed.size() || written(actor, root) == 0);
  }

  private static int written(TomlSection actor, TomlSection root) {
    return actor.value("skills").map(JsonNode::size).orElse(0)
        + root.value("skills").map(JsonNode::size).orElse(0);
  }

  /** Reads narrative keys written directly in a section; empty when there are none. */
  Optional<Skill> inline(TomlSection section) {
    if (!section.has("narrative") && !section.has("narrative_path")) {
      return Optional.empty();
    }
    return narrative(NARRATIVE, true, section);
  }

  private void listOf(
      TomlSection actor, JsonNode value, Map<String, TomlSection> settings, List<Listed> listed) {
    if (value.isArray() && !value.isEmpty() && value.get(0).isObject()) {
      actor.sections("skills").forEach(entry -> list(entry, settings, listed));
      return;
    }
    List<String> names = actor.strings("skills").orElse(List.of());
    for (String name : names) {
      TomlSection table = settings.getOrDefault(name, empty(actor));
      listed.add(new Listed(name, true, actor, table));
    }
  }

  private static void list(
      TomlSection entry, Map<String, TomlSection> settings, List<Listed> listed) {
    Optional<String> name = entry.requiredString("name");
    if (name.isEmpty()) {
      return;
    }
    TomlSection table =
        entry
            .table("config")
            .or(() -> Optional.ofNullable(settings.get(name.get())))
            .orElse(without(entry, Set.of("name", "enabled", "config")));
    listed.add(new Listed(name.get(), entry.bool("enabled").orElse(true), entry, table));
  }

  private static void warnUnlisted(Map<String, TomlSection> settings, List<Listed> listed) {
    settings.forEach(
        (name, table) -> {
          if (listed.stream().noneMatch(skill -> skill.name().equals(name))) {
            table
                .reporter()
                .warning(
                    "skill_not_listed",
                    table.path(),
                    "skill "
                        + Suggestions.quote(name)
                        + " never runs, because actor.skills does not list it");
          }
        });
  }

  private Optional<Skill> read(Listed skill) {
    TomlSection settings = skill.settings();
    boolean enabled = settings.bool("enabled").orElse(true) && skill.enabled();
    String kind = settings.string("type").orElse(skill.name());
    if (kind.equals(NARRATIVE)) {
      if (enabled) {
        settings.warnUnknown(known(INLINE_KEYS));
      }
      return narrative(skill.name(), enabled, settings);
    } else if (kind.equals("rate_limiting")) {
      settings.warnUnknown(known(LIMIT_KEYS));
      return Optional.of(limits(skill.name(), enabled, settings, Optional.of(10), 60));
    }
    if (WITHOUT_EFFECT.contains(kind)) {
      settings
          .reporter()
          .warning(
              "no_effect",
              skill.place().path(),
              "skill " + Suggestions.quote(kind) + " is known but has no effect in this version");
    } else if (!REPORT_ONLY.contains(kind)) {
      settings
          .reporter()
          .warning(
              "unknown_skill",
              skill.place().path(),
              "unknown skill "
                  + Suggestions.quote(kind)
                  + " has no effect"
                  + Suggestions.didYouMean(kind, KINDS));
    }
    return Optional.of(
        new Skill.ReportOnly(skill.name(), enabled, PlainValues.of(settings.node())));
  }

  private Optional<Skill> narrative(String name, boolean enabled, TomlSection settings) {
    String key = settings.has("narrative_path") ? "narrative_path" : "narrative";
    Optional<String> entry = settings.string("narrative_name").filter(text -> !text.isBlank());
    Optional<String> model = settings.string("model").filter(text -> !text.isBlank());
    Map<String, String> variables = variables(settings);
    if (!enabled) {
      String path = settings.string(key).orElse("");
      return Optional.of(new Skill.NarrativeExecution(name, false, path, entry, model, variables));
    }
    if (!settings.has(key)) {
      settings.missing("narrative_path", "the path of a narrative file");
      return Optional.empty();
    }
    return settings
        .requiredString(key)
        .flatMap(
            reference -> library.require(settings, key, reference, entry, runTimeNames(variables)))
        .map(path -> new Skill.NarrativeExecution(name, true, path, entry, model, variables));
  }

  /** Reads {@code max_posts_per_day} and {@code min_interval_minutes}. */
  static Skill.RateLimiting limits(
      String name,
      boolean enabled,
      TomlSection section,
      Optional<Integer> defaultPosts,
      int defaultMinutes) {
    return new Skill.RateLimiting(
        name,
        enabled,
        section.integer("max_posts_per_day", 1, 1_000_000).or(() -> defaultPosts),
        section.integer("min_interval_minutes", 0, 525_600).orElse(defaultMinutes));
  }

  static Map<String, String> variables(TomlSection settings) {
    Map<String, String> variables = new LinkedHashMap<>();
    settings
        .table("variables")
        .ifPresent(
            table -> {
              for (String name : table.keys()) {
                JsonNode value = table.node().get(name);
                if (value.isContainerNode()) {
                  table
                      .reporter()
                      .error(
                          "wrong_type",
                          table.path(name),
                          "is "
                              + TomlSection.typeOf(value)
                              + ", expected a text, number or boolean");
                } else {
                  variables.put(name, value.asText());
                }
              }
            });
    return variables;
  }

  /** What the engine adds to the variables of the file. */
  private static Set<String> runTimeNames(Map<String, String> variables) {
    Set<String> names = new HashSet<>(variables.keySet());
    names.addAll(Set.of("channel_id", "platform.channel_id", "batch_size"));
    return names;
  }

  private static List<String> known(Set<String> keys) {
    List<String> known = new ArrayList<>(keys);
    known.add("enabled");
    known.add("type");
    return known;
  }

  private static TomlSection empty(TomlSection like) {
    return new TomlSection(like.reporter(), like.node().objectNode(), like.path());
  }

  private static TomlSection without(TomlSection section, Set<String> keys) {
    ObjectNode node = section.node().deepCopy();
    node.remove(keys);
    return new TomlSection(section.reporter(), node, section.path());
  }
}
