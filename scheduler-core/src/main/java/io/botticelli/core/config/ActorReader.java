package io.botticelli.core.config;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.FiringPolicy;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.actor.Knowledge;
import io.botticelli.core.actor.PlatformBinding;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.narrative.BudgetMultipliers;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Merges what a server entry and an actor file say about one actor into its definition.
 *
 * <p>The entry wins for name, enabled, schedule, channel and circuit breaker; the file for
 * everything else. Sections given to this class have their variables replaced already.
 */
final class ActorReader {
  private static final ActorSchedule ANY_SCHEDULE =
      new ActorSchedule.Interval(
          Duration.ofHours(1), Optional.empty(), true, Jitter.NONE, "every hour");

  private static final Duration DEFAULT_INTERVAL = Duration.ofHours(1);

  /** Keys of a server entry that has a file of its own. */
  static final Set<String> ENTRY_KEYS =
      Set.of(
          "name",
          "config_file",
          "channel_id",
          "enabled",
          "schedule",
          "circuit_breaker",
          "description",
          "platform");

  /** What an actor without a file may say in the server file, beside {@link #ENTRY_KEYS}. */
  static final Set<String> INLINE_KEYS = Set.of("execution", "budget", "knowledge");

  /** Keys of {@code [actor]}, beside those of a schedule. */
  static final Set<String> ACTOR_KEYS =
      Set.of(
          "name",
          "display_name",
          "description",
          "enabled",
          "version",
          "platform",
          "channel_id",
          "knowledge",
          "skills",
          "schedule",
          "execution",
          "config",
          "cache",
          "circuit_breaker",
          "budget",
          "security");

  /** Tables of an actor file. */
  static final Set<String> FILE_KEYS =
      Set.of(
          "actor",
          "skills",
          "knowledge",
          "schedule",
          "execution",
          "cache",
          "platform",
          "circuit_breaker",
          "budget",
          "security");

  /** Keys of {@code [actor.config]}. */
  static final List<String> CONFIG_KEYS =
      List.of("max_posts_per_day", "min_interval_minutes", "retry_attempts", "timezone");

  private final ServerConfig server;
  private final ScheduleReader schedules;
  private final FiringReader firings;
  private final SkillReader skills;

  ActorReader(ServerConfig server, NarrativeLibrary library) {
    this.server = server;
    this.schedules = new ScheduleReader(server.timezone());
    this.firings = new FiringReader(server);
    this.skills = new SkillReader(library);
  }

  /**
   * Reads an actor described in the server file alone.
   *
   * @param name identity as written: table key or {@code name}
   */
  Optional<ActorDraft> inline(TomlSection entry, Optional<String> name) {
    entry.warnUnknown(
        union(
            List.of(
                ENTRY_KEYS,
                INLINE_KEYS,
                SkillReader.INLINE_KEYS,
                ScheduleReader.OPTION_KEYS,
                ScheduleReader.INTERVAL_KEYS)));
    Optional<Skill> skill = skills.inline(entry);
    if (!entry.has("narrative") && !entry.has("narrative_path")) {
      entry.missing("config_file", "the actor's file, or a \"narrative\" to run");
    }
    String displayName = entry.string("name").or(() -> name).orElse("");
    List<TomlSection> layers = List.of(entry);
    return assemble(
        entry,
        name.or(() -> entry.string("name")),
        displayName,
        layers,
        layers,
        KnowledgeReader.read(entry, "knowledge"),
        skill.stream().toList());
  }

  /**
   * Reads an actor that has a file.
   *
   * @param entry entry of the server file, or empty when the file stands alone
   * @param name identity given by the server file, or empty
   * @param root the actor file
   * @param actor its {@code [actor]} table
   */
  Optional<ActorDraft> fromFile(
      Optional<TomlSection> entry, Optional<String> name, TomlSection root, TomlSection actor) {
    entry.ifPresent(
        section ->
            section.warnUnknown(
                union(
                    List.of(
                        ENTRY_KEYS, ScheduleReader.OPTION_KEYS, ScheduleReader.INTERVAL_KEYS))));
    root.warnUnknown(FILE_KEYS);
    actor.warnUnknown(
        union(List.of(ACTOR_KEYS, ScheduleReader.OPTION_KEYS, ScheduleReader.INTERVAL_KEYS)));
    for (TomlSection section : List.of(actor, root)) {
      warnCache(section);
      refusePolicy(section);
    }
    Optional<String> ownName = actor.string("name").filter(text -> !text.isBlank());
    String stem = stem(root.reporter().document().path());
    List<Skill> steps = new ArrayList<>(postingLimits(actor));
    SkillReader.Skills read = skills.fromFile(actor, root);
    steps.addAll(read.list());
    if (read.complete()) {
      warnInert(actor, steps);
    }
    List<Knowledge> knowledge = new ArrayList<>(KnowledgeReader.read(actor, "knowledge"));
    knowledge.addAll(KnowledgeReader.read(root, "knowledge"));
    List<TomlSection> entryFirst = Stream.concat(entry.stream(), Stream.of(actor, root)).toList();
    List<TomlSection> fileFirst = Stream.concat(Stream.of(actor, root), entry.stream()).toList();
    return assemble(
        entry.orElse(actor),
        name.or(() -> ownName).or(() -> Optional.of(stem)),
        actor.string("display_name").or(() -> ownName).or(() -> name).orElse(stem),
        entryFirst,
        fileFirst,
        knowledge,
        steps);
  }

  /** Describes an actor that is switched off; nothing about it was checked. */
  Optional<ActorDraft> disabled(TomlSection place, Optional<String> name) {
    return identity(place, name)
        .map(
            id ->
                new ActorDraft(
                    new ActorDefinition(
                        id,
                        name.orElse(id.value()),
                        place.with(place.reporter().asWarnings()).string("description").orElse(""),
                        false,
                        new ActorSchedule.Manual("disabled"),
                        ExecutionPolicy.DEFAULT,
                        server.breaker(),
                        new PlatformBinding("noop", Optional.empty()),
                        List.of(),
                        List.of()),
                    BudgetMultipliers.NONE,
                    place));
  }

  private Optional<ActorDraft> assemble(
      TomlSection place,
      Optional<String> name,
      String displayName,
      List<TomlSection> entryFirst,
      List<TomlSection> fileFirst,
      List<Knowledge> knowledge,
      List<Skill> steps) {
    Optional<ActorName> id = identity(place, name);
    Optional<ActorSchedule> schedule = schedule(place, entryFirst);
    // Read also beside a schedule that is wrong, so that every mistake is told at once.
    FiringPolicy firing =
        firing(schedule.orElse(ANY_SCHEDULE), entryFirst, firstTable(fileFirst, "execution"));
    ExecutionPolicy execution =
        PolicyReader.execution(firstTable(fileFirst, "execution"), ExecutionPolicy.DEFAULT);
    BreakerPolicy breaker = breaker(entryFirst);
    PlatformBinding platform = PlatformReader.read(entryFirst, fileFirst);
    BudgetMultipliers budget = PolicyReader.budget(firstTable(fileFirst, "budget"));
    String description =
        fileFirst.stream()
            .flatMap(section -> section.string("description").stream())
            .findFirst()
            .orElse("");
    if (id.isEmpty() || schedule.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ActorDraft(
            new ActorDefinition(
                id.get(),
                displayName.isBlank() ? id.get().value() : displayName,
                description,
                true,
                schedule.get(),
                firing,
                execution,
                breaker,
                platform,
                knowledge,
                steps),
            budget,
            place));
  }

  /** Names with blanks and the like are in use; they get an identity made of allowed characters. */
  private static Optional<ActorName> identity(TomlSection place, Optional<String> written) {
    if (written.isEmpty() || written.get().isBlank()) {
      place.missing("name", "the identity of the actor");
      return Optional.empty();
    }
    String name = written.get();
    String slug = slug(name);
    if (slug.isEmpty() || slug.length() > 100) {
      place
          .reporter()
          .error(
              "actor_name_invalid",
              place.path("name"),
              "is "
                  + Suggestions.quote(name)
                  + ", expected 1..100 characters of A-Z a-z 0-9 . _ - that start with a letter or"
                  + " digit");
      return Optional.empty();
    }
    if (!slug.equals(name)) {
      place
          .reporter()
          .warning(
              "actor_name_changed",
              place.path("name"),
              "is "
                  + Suggestions.quote(name)
                  + "; the actor is addressed as "
                  + Suggestions.quote(slug));
    }
    return Optional.of(new ActorName(slug));
  }

  /** Returns the identity behind a written name; it may be empty or too long. */
  static String slug(String name) {
    return name.strip().replaceAll("[^A-Za-z0-9._-]+", "_").replaceFirst("^[^A-Za-z0-9]+", "");
  }

  private Optional<ActorSchedule> schedule(TomlSection place, List<TomlSection> layers) {
    for (TomlSection layer : layers) {
      if (ScheduleReader.isPresent(layer)) {
        return schedules.read(layer);
      }
    }
    place
        .reporter()
        .warning(
            "schedule_missing",
            place.path(),
            "has no schedule, so it runs every hour; write schedule = \"manual\" for an actor that"
                + " never fires by itself");
    return Optional.of(
        new ActorSchedule.Interval(
            DEFAULT_INTERVAL, Optional.empty(), true, Jitter.NONE, "every 1 hour"));
  }

  /** The root of a file knows none of the keys, but may hold a table of its schedule. */
  private FiringPolicy firing(
      ActorSchedule schedule, List<TomlSection> layers, Optional<TomlSection> execution) {
    List<TomlSection> sections = new ArrayList<>();
    for (TomlSection layer : layers) {
      TomlSection options = ScheduleReader.options(layer);
      sections.add(options);
      if (!layer.path().isEmpty() && !layer.path().equals(options.path())) {
        sections.add(layer);
      }
    }
    return firings.read(
        schedule,
        layers.stream().filter(ScheduleReader::isPresent).findFirst().map(ScheduleReader::options),
        sections.stream().filter(section -> !section.path().isEmpty()).toList(),
        execution);
  }

  /** Later layers are the base, earlier ones win key by key. */
  private BreakerPolicy breaker(List<TomlSection> layers) {
    BreakerPolicy policy = server.breaker();
    for (int i = layers.size() - 1; i >= 0; i--) {
      policy = PolicyReader.breaker(layers.get(i).table("circuit_breaker"), policy);
    }
    return policy;
  }

  /** Limits of {@code [actor.config]} hold only when they are written. */
  private static List<Skill> postingLimits(TomlSection actor) {
    Optional<TomlSection> config = actor.table("config");
    if (config.isEmpty()) {
      return List.of();
    }
    TomlSection section = config.get();
    section.warnUnknown(CONFIG_KEYS);
    for (String key : List.of("retry_attempts", "timezone")) {
      if (section.has(key)) {
        section
            .reporter()
            .warning(
                "no_effect",
                section.path(key),
                key.equals("timezone")
                    ? "has no effect here; write it into the schedule"
                    : "has no effect here; write actor.execution.max_retries");
      }
    }
    return section.has("max_posts_per_day") || section.has("min_interval_minutes")
        ? List.of(
            SkillReader.limits(SkillReader.POSTING_LIMITS, true, section, Optional.empty(), 0))
        : List.of();
  }

  /** Dropping a policy with a mere warning would allow what somebody meant to forbid. */
  private static void refusePolicy(TomlSection section) {
    if (section.has("security")) {
      section
          .reporter()
          .error(
              "not_supported",
              section.path("security"),
              "is a policy for one actor, which this version does not have; write it into the"
                  + " narrative or the server file");
    }
  }

  private static void warnCache(TomlSection section) {
    if (section.has("cache")) {
      section.reporter().warning("no_effect", section.path("cache"), "has no effect");
    }
  }

  private static void warnInert(TomlSection actor, List<Skill> steps) {
    if (steps.stream().noneMatch(skill -> skill instanceof Skill.NarrativeExecution)) {
      actor
          .reporter()
          .warning("actor_inert", actor.path(), "runs no narrative, so it has no effect");
    }
  }

  private static Optional<TomlSection> firstTable(List<TomlSection> layers, String key) {
    return layers.stream().flatMap(layer -> layer.table(key).stream()).findFirst();
  }

  private static String stem(String path) {
    return path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\.toml$", "");
  }

  private static List<String> union(List<Set<String>> sets) {
    return sets.stream().flatMap(Set::stream).toList();
  }
}
