package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.actor.ActiveTimes;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.FiringPolicy;
import io.botticelli.core.actor.HolidayCalendar;
import io.botticelli.core.actor.MisfirePolicy;
import io.botticelli.core.actor.OverlapPolicy;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads what becomes of an actor's fires beside their times. Mistakes are reported and read as
 * absent. Stateless apart from the server's settings.
 */
final class FiringReader {
  private static final List<String> MISFIRES = List.of("fire_once", "skip", "catch_up");
  private static final List<String> OVERLAPS = List.of("skip", "queue_one");
  private static final String GRACE = "misfire_grace_seconds";
  private static final String SPACING = "catch_up_spacing_seconds";
  private static final String LIMIT = "catch_up_limit";

  /** Keys that may stand in a schedule, beside it, or in {@code [..execution]}. */
  static final List<String> POLICY_KEYS =
      List.of("misfire", GRACE, SPACING, LIMIT, "overlap", "concurrency_group");

  /** Keys that bound a schedule; they stand where its other options do. */
  static final Set<String> BOUND_KEYS =
      Set.of("start_at", "end_at", "active_hours", "active_days", "holidays");

  /** Every key of this class. */
  static final Set<String> KEYS =
      Stream.of(POLICY_KEYS, BOUND_KEYS, List.of("on_start", "after"))
          .flatMap(Collection::stream)
          .collect(Collectors.toUnmodifiableSet());

  private final ServerConfig server;

  FiringReader(ServerConfig server) {
    this.server = server;
  }

  /**
   * Reads the policy of an actor.
   *
   * @param options section with the options of the schedule that counts, or empty
   * @param layers sections about the actor, the strongest first, tables of schedules included
   * @param execution {@code [..execution]}, or empty
   */
  FiringPolicy read(
      ActorSchedule schedule,
      Optional<TomlSection> options,
      List<TomlSection> layers,
      Optional<TomlSection> execution) {
    List<TomlSection> policies =
        Stream.concat(layers.stream(), execution.stream()).distinct().toList();
    return new FiringPolicy(
        misfire(policies),
        first(policies, "overlap", section -> PolicyReader.oneOf(section, "overlap", OVERLAPS))
            .map(word -> word.equals("skip") ? OverlapPolicy.SKIP : OverlapPolicy.QUEUE_ONE)
            .orElse(OverlapPolicy.SKIP),
        first(policies, "concurrency_group", this::group),
        first(layers, "on_start", section -> section.bool("on_start")).orElse(false),
        after(schedule, layers),
        options.map(section -> bounds(schedule, section)).orElse(FireBounds.NONE));
  }

  private static <T> Optional<T> first(
      List<TomlSection> sections, String key, Function<TomlSection, Optional<T>> reading) {
    return sections.stream().filter(section -> section.has(key)).findFirst().flatMap(reading);
  }

  /** A grace or a spacing by itself says which policy is meant. */
  private static MisfirePolicy misfire(List<TomlSection> sections) {
    Optional<Duration> grace =
        first(sections, GRACE, section -> section.integer(GRACE, 0, 604_800))
            .map(Duration::ofSeconds);
    Optional<Duration> spacing =
        first(sections, SPACING, section -> section.integer(SPACING, 1, 86_400))
            .map(Duration::ofSeconds);
    Optional<Integer> limit = first(sections, LIMIT, section -> section.integer(LIMIT, 1, 1000));
    String policy =
        first(sections, "misfire", section -> PolicyReader.oneOf(section, "misfire", MISFIRES))
            .orElse(
                grace.isPresent()
                    ? "skip"
                    : spacing.isPresent() || limit.isPresent() ? "catch_up" : "fire_once");
    if (!policy.equals("skip")) {
      warnNoEffect(sections, GRACE, policy);
    }
    if (!policy.equals("catch_up")) {
      warnNoEffect(sections, SPACING, policy);
      warnNoEffect(sections, LIMIT, policy);
    }
    return switch (policy) {
      case "skip" -> new MisfirePolicy.Skip(grace.orElse(MisfirePolicy.Skip.DEFAULT_GRACE));
      case "catch_up" ->
          new MisfirePolicy.CatchUp(
              spacing.orElse(MisfirePolicy.CatchUp.DEFAULT_SPACING),
              limit.orElse(MisfirePolicy.CatchUp.DEFAULT_LIMIT));
      default -> new MisfirePolicy.FireOnce();
    };
  }

  private static void warnNoEffect(List<TomlSection> sections, String key, String policy) {
    sections.stream()
        .filter(section -> section.has(key))
        .findFirst()
        .ifPresent(
            section ->
                section
                    .reporter()
                    .warning(
                        "no_effect",
                        section.path(key),
                        "has no effect with misfire = " + Suggestions.quote(policy)));
  }

  private Optional<String> group(TomlSection section) {
    String key = "concurrency_group";
    Optional<String> written = section.string(key).map(String::strip);
    if (written.isEmpty()) {
      return written;
    }
    String group = written.get();
    Set<String> known = server.firing().concurrencyGroups().keySet();
    if (!group.matches(SharedFiringReader.NAME)) {
      section
          .reporter()
          .error(
              "out_of_range",
              section.path(key),
              "is " + Suggestions.quote(group) + ", expected " + SharedFiringReader.NAME_EXPECTED);
      return Optional.empty();
    }
    if (!known.isEmpty() && !known.contains(group)) {
      section
          .reporter()
          .warning(
              "group_unknown",
              section.path(key),
              "is "
                  + Suggestions.quote(group)
                  + ", which [concurrency_groups] does not have; it holds one run at a time"
                  + Suggestions.didYouMean(group, new TreeSet<>(known)));
    }
    return written;
  }

  private static List<ActorName> after(ActorSchedule schedule, List<TomlSection> layers) {
    Optional<TomlSection> place =
        layers.stream().filter(section -> section.has("after")).findFirst();
    if (place.isEmpty() && schedule instanceof ActorSchedule.After chained) {
      return names(layers.get(0), "schedule", SchedulePhrases.namesAfter(chained.source()));
    }
    return place
        .map(section -> names(section, "after", oneOrMore(section, "after")))
        .orElse(List.of());
  }

  private static List<ActorName> names(TomlSection section, String key, List<String> written) {
    Set<ActorName> names = new LinkedHashSet<>();
    for (String name : written) {
      String slug = ActorReader.slug(name);
      if (slug.isEmpty() || slug.length() > 100) {
        section
            .reporter()
            .error(
                "actor_name_invalid",
                section.path(key),
                "names " + Suggestions.quote(name) + ", expected the name of an actor");
      } else {
        names.add(new ActorName(slug));
      }
    }
    return List.copyOf(names);
  }

  /** Reads a text, with commas between several, or a list of texts. */
  private static List<String> oneOrMore(TomlSection section, String key) {
    if (section.value(key).filter(JsonNode::isArray).isPresent()) {
      return section.strings(key).orElse(List.of());
    }
    return section
        .string(key)
        .map(text -> List.of(text.strip().split("\\s*,\\s*", -1)))
        .orElse(List.of());
  }

  private FireBounds bounds(ActorSchedule schedule, TomlSection section) {
    if (!ScheduleReader.isBounded(schedule)) {
      return FireBounds.NONE;
    }
    ZoneId zone = section.string("timezone").flatMap(Zones::find).orElse(server.timezone());
    Optional<Instant> startAt = instant(section, "start_at", zone);
    Optional<Instant> endAt = instant(section, "end_at", zone);
    if (startAt.isPresent() && endAt.isPresent() && !endAt.get().isAfter(startAt.get())) {
      section
          .reporter()
          .error(
              "schedule_invalid",
              section.path("end_at"),
              "is not after start_at, so the actor would never fire");
      return FireBounds.NONE;
    }
    return new FireBounds(startAt, endAt, active(section, zone));
  }

  private static Optional<Instant> instant(TomlSection section, String key, ZoneId zone) {
    return section
        .string(key)
        .flatMap(text -> guarded(section, key, () -> SchedulePhrases.instant(text, zone)));
  }

  private Optional<ActiveTimes> active(TomlSection section, ZoneId zone) {
    if (Stream.of("active_hours", "active_days", "holidays").noneMatch(section::has)) {
      return Optional.empty();
    }
    List<ActiveTimes.Window> hours = new ArrayList<>();
    for (String text : oneOrMore(section, "active_hours")) {
      guarded(section, "active_hours", () -> ActiveWindows.hours(text)).ifPresent(hours::add);
    }
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String text : oneOrMore(section, "active_days")) {
      guarded(section, "active_days", () -> ActiveWindows.days(text)).ifPresent(days::addAll);
    }
    return Optional.of(
        new ActiveTimes(
            hours.isEmpty() ? List.of(ActiveTimes.Window.ALL_DAY) : hours,
            new TreeSet<>(days.isEmpty() ? ActiveTimes.everyDay() : days),
            holidays(section),
            zone));
  }

  private List<HolidayCalendar> holidays(TomlSection section) {
    return SharedFiringReader.holidays(
        section, oneOrMore(section, "holidays"), server.firing().calendars());
  }

  private static <T> Optional<T> guarded(TomlSection section, String key, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (InvalidScheduleException e) {
      section.reporter().error(e.code(), section.path(key), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
