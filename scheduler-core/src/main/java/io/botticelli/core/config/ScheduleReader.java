package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.DstPolicy;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads schedules in every spelling of server and actor files into {@link ActorSchedule}.
 *
 * <p>A schedule is a string (phrase or cron), a table with a {@code type}, or interval keys that
 * stand directly in an actor's section. Mistakes are reported (code {@code schedule_invalid}) and
 * read as absent. Stateless apart from the zone; thread-safe.
 */
public final class ScheduleReader {
  /** Keys that shape a schedule; callers add them to the keys they know of a section. */
  static final Set<String> OPTION_KEYS =
      Stream.of(
              FiringReader.KEYS,
              Set.of(
                  "jitter_percent",
                  "jitter_minutes",
                  "jitter_seconds",
                  "timezone",
                  "dst",
                  "run_on_start"))
          .flatMap(Collection::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Interval keys that may stand beside other keys of an actor, without a {@code schedule}. */
  static final Set<String> INTERVAL_KEYS =
      Set.of(
          "interval_seconds",
          "interval_minutes",
          "interval_hours",
          "interval_days",
          "check_interval_hours",
          "check_interval_minutes",
          "base_interval_hours");

  /** Keys of a {@code [..schedule]} table. */
  static final Set<String> TABLE_KEYS =
      Stream.of(
              IntervalAmounts.KEYS,
              OPTION_KEYS,
              Set.of("type", "expression", "cron", "at", "every", "interval"))
          .flatMap(Collection::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final List<String> TYPES =
      List.of("interval", "cron", "once", "immediate", "after", "manual");

  private static final Map<String, DstPolicy> DST =
      Map.of("next_valid", DstPolicy.NEXT_VALID, "skip", DstPolicy.SKIP, "utc", DstPolicy.UTC);
  private static final int MAX_JITTER_PERCENT = 90;
  private static final int MAX_JITTER_SECONDS = 30 * 24 * 3600;

  private final ZoneId serverZone;

  /**
   * @param serverZone zone of schedules that name none
   */
  public ScheduleReader(ZoneId serverZone) {
    this.serverZone = serverZone;
  }

  /**
   * Reads the schedule of a section: the value of {@code schedule}, else interval keys of the
   * section itself.
   *
   * @return empty when there is none, or when it is wrong (reported)
   */
  public Optional<ActorSchedule> read(TomlSection section) {
    Optional<JsonNode> value = section.value("schedule");
    if (value.isEmpty()) {
      return hasIntervalKeys(section)
          ? interval(section, section.path())
          : section.has("after") ? Optional.of(chained(section)) : Optional.empty();
    }
    if (value.get().isTextual()) {
      return guarded(
          section,
          section.path("schedule"),
          () ->
              withOptions(SchedulePhrases.parse(value.get().textValue(), zone(section)), section));
    }
    if (value.get().isObject()) {
      return section.table("schedule").flatMap(this::table);
    }
    section
        .reporter()
        .error(
            "wrong_type",
            section.path("schedule"),
            "is "
                + TomlSection.typeOf(value.get())
                + ", expected a text such as \"every 2 hours\" or a table such as { type ="
                + " \"interval\", seconds = 7200 }");
    return Optional.empty();
  }

  /** Tells whether a section holds a schedule in any spelling, right or wrong. */
  static boolean isPresent(TomlSection section) {
    return section.has("schedule") || hasIntervalKeys(section) || section.has("after");
  }

  /** Returns the section in which the options of a section's schedule stand. */
  static TomlSection options(TomlSection section) {
    return section
        .value("schedule")
        .filter(JsonNode::isObject)
        .flatMap(value -> section.table("schedule"))
        .orElse(section);
  }

  /** Tells whether a schedule keeps to bounds and active times. */
  static boolean isBounded(ActorSchedule schedule) {
    return schedule instanceof ActorSchedule.Cron
        || schedule instanceof ActorSchedule.Interval
        || schedule instanceof ActorSchedule.Immediate;
  }

  private static boolean hasIntervalKeys(TomlSection section) {
    return INTERVAL_KEYS.stream().anyMatch(section::has);
  }

  private Optional<ActorSchedule> table(TomlSection table) {
    table.warnUnknown(TABLE_KEYS);
    Optional<String> type = type(table);
    if (type.isEmpty()) {
      return Optional.empty();
    }
    return switch (type.get()) {
      case "cron" -> cron(table);
      case "once" -> once(table);
      case "immediate" -> Optional.of(withOptions(new ActorSchedule.Immediate("immediate"), table));
      case "after" -> {
        if (!table.has("after")) {
          table.missing("after", "the name of an actor");
          yield Optional.empty();
        }
        yield Optional.of(chained(table));
      }
      case "manual" -> Optional.of(withOptions(new ActorSchedule.Manual("manual"), table));
      default -> interval(table, table.path());
    };
  }

  private static Optional<String> type(TomlSection table) {
    if (!table.has("type")) {
      if (table.has("cron") || table.has("expression")) {
        return Optional.of("cron");
      } else if (table.has("at")) {
        return Optional.of("once");
      } else if (table.has("every")
          || table.has("interval")
          || IntervalAmounts.KEYS.stream().anyMatch(table::has)) {
        return Optional.of("interval");
      } else if (table.has("after")) {
        return Optional.of("after");
      }
      table.missing("type", "one of " + String.join(", ", TYPES));
      return Optional.empty();
    }
    Optional<String> written = table.string("type");
    Optional<String> known =
        written.map(text -> text.strip().toLowerCase(Locale.ROOT)).filter(TYPES::contains);
    if (written.isPresent() && known.isEmpty()) {
      table
          .reporter()
          .error(
              "schedule_invalid",
              table.path("type"),
              "is "
                  + Suggestions.quote(written.get())
                  + ", expected one of "
                  + String.join(", ", TYPES)
                  + Suggestions.didYouMean(written.get(), TYPES));
    }
    return known;
  }

  private Optional<ActorSchedule> cron(TomlSection table) {
    String key = table.has("expression") || !table.has("cron") ? "expression" : "cron";
    return table
        .requiredString(key)
        .flatMap(
            text ->
                guarded(
                    table,
                    table.path(key),
                    () ->
                        withOptions(
                            new ActorSchedule.Cron(
                                CronDialect.normalise(text), zone(table), Jitter.NONE, text),
                            table)));
  }

  private ActorSchedule chained(TomlSection section) {
    String names =
        section
            .value("after")
            .filter(JsonNode::isTextual)
            .map(JsonNode::textValue)
            .orElseGet(
                () -> String.join(", ", section.strings("after").orElse(List.of("another actor"))));
    return withOptions(new ActorSchedule.After("after " + names), section);
  }

  private Optional<ActorSchedule> once(TomlSection table) {
    return table
        .requiredString("at")
        .flatMap(
            text ->
                guarded(
                    table,
                    table.path("at"),
                    () ->
                        withOptions(
                            new ActorSchedule.Once(
                                SchedulePhrases.instant(text, zone(table)), "once at " + text),
                            table)));
  }

  private Optional<ActorSchedule> interval(TomlSection section, List<String> place) {
    return guarded(
        section,
        place,
        () -> {
          Duration every = IntervalAmounts.read(section);
          return withOptions(
              new ActorSchedule.Interval(
                  every,
                  Optional.empty(),
                  true,
                  Jitter.NONE,
                  "every " + IntervalAmounts.inWords(every)),
              section);
        });
  }

  private ActorSchedule withOptions(ActorSchedule schedule, TomlSection section) {
    if (!isBounded(schedule)) {
      FiringReader.BOUND_KEYS.forEach(key -> warnNoEffect(section, schedule, key, true));
    }
    warnNoEffect(section, schedule, "dst", !(schedule instanceof ActorSchedule.Cron));
    if (schedule instanceof ActorSchedule.Interval interval) {
      warnNoEffect(
          section, schedule, "timezone", FiringReader.BOUND_KEYS.stream().noneMatch(section::has));
      Optional<Instant> startAt =
          section.string("start_at").map(text -> SchedulePhrases.instant(text, zone(section)));
      return new ActorSchedule.Interval(
          interval.every(),
          startAt,
          section.bool("run_on_start").orElse(true),
          jitter(section, Optional.of(interval.every())),
          interval.source());
    }
    warnNoEffect(section, schedule, "run_on_start", true);
    if (schedule instanceof ActorSchedule.Cron cron) {
      return cron(cron, section);
    }
    warnNoEffect(section, schedule, "jitter_percent", true);
    warnNoEffect(section, schedule, "jitter_minutes", true);
    warnNoEffect(section, schedule, "jitter_seconds", true);
    return schedule;
  }

  private static ActorSchedule cron(ActorSchedule.Cron cron, TomlSection section) {
    DstPolicy dst =
        PolicyReader.oneOf(section, "dst", List.of("next_valid", "skip", "utc"))
            .map(DST::get)
            .orElse(DstPolicy.NEXT_VALID);
    if (dst == DstPolicy.UTC && section.has("timezone")) {
      section
          .reporter()
          .warning(
              "no_effect",
              section.path("timezone"),
              "has no effect with dst = \"utc\": the fields are read in UTC");
    }
    return new ActorSchedule.Cron(
        cron.expressions(),
        dst == DstPolicy.UTC ? ZoneId.of("UTC") : cron.zone(),
        dst,
        jitter(section, Optional.empty()),
        cron.source());
  }

  private static void warnNoEffect(
      TomlSection section, ActorSchedule schedule, String key, boolean applies) {
    if (applies && section.has(key)) {
      section
          .reporter()
          .warning(
              "no_effect",
              section.path(key),
              "has no effect on a schedule of type " + schedule.type());
    }
  }

  private static Jitter jitter(TomlSection section, Optional<Duration> every) {
    int percent = section.integer("jitter_percent", 0, MAX_JITTER_PERCENT).orElse(0);
    Duration amount =
        Duration.ofMinutes(section.integer("jitter_minutes", 0, MAX_JITTER_SECONDS / 60).orElse(0))
            .plusSeconds(section.integer("jitter_seconds", 0, MAX_JITTER_SECONDS).orElse(0));
    if (percent > 0 && !amount.isZero()) {
      section
          .reporter()
          .error(
              "schedule_invalid",
              section.path("jitter_percent"),
              "stands beside jitter_minutes or jitter_seconds, expected only one kind of jitter");
      return Jitter.NONE;
    }
    if (every.isPresent() && amount.compareTo(every.get()) >= 0 && !amount.isZero()) {
      section
          .reporter()
          .warning(
              "jitter_large",
              section.path(section.has("jitter_minutes") ? "jitter_minutes" : "jitter_seconds"),
              "is not shorter than the interval; fires may come as soon as a tenth of the interval"
                  + " after another");
    }
    return percent == 0 && amount.isZero() ? Jitter.NONE : new Jitter(percent, amount);
  }

  private ZoneId zone(TomlSection section) {
    return section.string("timezone").flatMap(text -> Zones.read(section, text)).orElse(serverZone);
  }

  private static Optional<ActorSchedule> guarded(
      TomlSection section, List<String> place, Supplier<ActorSchedule> reading) {
    try {
      return Optional.of(reading.get());
    } catch (InvalidScheduleException e) {
      if (!String.valueOf(e.getMessage()).isEmpty()) {
        section.reporter().error(e.code(), place, String.valueOf(e.getMessage()));
      }
      return Optional.empty();
    }
  }
}
