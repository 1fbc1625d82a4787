package io.botticelli.core.config;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.actor.PlatformBinding;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.narrative.BudgetMultipliers;
import io.botticelli.core.toml.TomlSection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The older files that describe exactly three actors, {@code [generation]}, {@code [curation]} and
 * {@code [posting]}, at the root or below {@code [bot_server]}.
 */
final class ThreeBotFiles {
  /** The sections, in the order of the pipeline. */
  static final List<String> SECTIONS = List.of("generation", "curation", "posting");

  private static final Duration CURATION_INTERVAL = Duration.ofHours(12);

  /** Keys of each section. */
  static final List<String> KEYS =
      List.of(
          "enabled",
          "narrative",
          "narrative_path",
          "narrative_name",
          "model",
          "interval_hours",
          "interval_minutes",
          "interval_seconds",
          "check_interval_hours",
          "check_interval_minutes",
          "base_interval_hours",
          "jitter_minutes",
          "jitter_seconds",
          "jitter_percent",
          "channel_id",
          "batch_size",
          "schedule",
          "timezone",
          "run_on_start",
          "start_at",
          "description",
          "variables");

  private final ServerConfig server;
  private final ScheduleReader schedules;
  private final SkillReader skills;

  ThreeBotFiles(ServerConfig server, NarrativeLibrary library) {
    this.server = server;
    this.schedules = new ScheduleReader(server.timezone());
    this.skills = new SkillReader(library);
  }

  /**
   * Reads one of the three sections; its variables are replaced already.
   *
   * @param role one of {@link #SECTIONS}
   * @return empty when a mistake was reported
   */
  Optional<ActorDraft> read(String role, TomlSection section) {
    section.warnUnknown(KEYS);
    Optional<ActorSchedule> schedule = schedule(role, section);
    Optional<Skill> skill = skills.inline(section).map(found -> withBatchSize(found, section));
    if (!section.has("narrative") && !section.has("narrative_path")) {
      section.missing("narrative_path", "the path of a narrative file");
    }
    Optional<String> channel =
        section.string("channel_id").map(String::strip).filter(text -> !text.isEmpty());
    if (schedule.isEmpty() || skill.isEmpty()) {
      return Optional.empty();
    }
    ExecutionPolicy plain = ExecutionPolicy.DEFAULT;
    ExecutionPolicy execution =
        new ExecutionPolicy(
            plain.stopOnUnrecoverable(),
            plain.continueOnError(),
            plain.maxRetries(),
            plain.retryDelay(),
            plain.timeout(),
            role.equals("curation"),
            plain.maxIterations());
    return Optional.of(
        new ActorDraft(
            new ActorDefinition(
                new ActorName(role),
                role,
                section.string("description").orElse(""),
                true,
                schedule.get(),
                execution,
                server.breaker(),
                new PlatformBinding(role.equals("posting") ? "discord" : "noop", channel),
                List.of(),
                List.of(skill.get())),
            BudgetMultipliers.NONE,
            section));
  }

  private Optional<ActorSchedule> schedule(String role, TomlSection section) {
    if (!ScheduleReader.isPresent(section)) {
      if (role.equals("curation")) {
        return Optional.of(
            new ActorSchedule.Interval(
                CURATION_INTERVAL, Optional.empty(), true, Jitter.NONE, "every 12 hours"));
      }
      section.missing(
          role.equals("posting") ? "base_interval_hours" : "interval_hours", "a number of hours");
      return Optional.empty();
    }
    return schedules.read(section).map(schedule -> waitingFirst(role, section, schedule));
  }

  /** Posting starts with a pause, so that a restart never posts at once. */
  private static ActorSchedule waitingFirst(
      String role, TomlSection section, ActorSchedule schedule) {
    if (role.equals("posting")
        && !section.has("run_on_start")
        && schedule instanceof ActorSchedule.Interval interval) {
      return new ActorSchedule.Interval(
          interval.every(), interval.startAt(), false, interval.jitter(), interval.source());
    }
    return schedule;
  }

  /** The narrative sees the batch size as a placeholder of that name. */
  private static Skill withBatchSize(Skill skill, TomlSection section) {
    Optional<Integer> size = section.integer("batch_size", 1, 1000);
    if (size.isEmpty() || !(skill instanceof Skill.NarrativeExecution narrative)) {
      return skill;
    }
    Map<String, String> variables = new LinkedHashMap<>(narrative.variables());
    variables.putIfAbsent("batch_size", String.valueOf(size.get()));
    return new Skill.NarrativeExecution(
        narrative.name(),
        narrative.enabled(),
        narrative.path(),
        narrative.narrativeName(),
        narrative.model(),
        variables);
  }
}
