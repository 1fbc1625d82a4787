package io.botticelli.core.alert;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.alert.AlertFacts.LostNode;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.AlertSettings.Channel;
import io.botticelli.core.config.AlertSettings.Rule;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.scheduling.OverdueActors;
import io.botticelli.core.scheduling.OverdueActors.Overdue;
import io.botticelli.core.table.ContentTables;
import io.botticelli.core.table.ContentTables.TableQuery;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges every rule. Thread-safe. */
public final class AlertRules {
  private static final Logger LOG = LoggerFactory.getLogger(AlertRules.class);

  private static final String CLUSTER = "cluster";

  private final ActorStates states;
  private final ContentTables tables;
  private final AlertFacts facts;
  private final OverdueActors late;

  public AlertRules(
      ActorStates states, ContentTables tables, AlertFacts facts, OverdueActors late) {
    this.states = states;
    this.tables = tables;
    this.facts = facts;
    this.late = late;
  }

  /**
   * Judges the rules now. A rule that cannot be judged is logged and left out of {@link
   * Judgement#judged()}; the others are not affected.
   *
   * @throws io.botticelli.core.StoreException if not even the actors can be read
   */
  public Judgement judge(AlertSettings settings) {
    if (settings.rules().isEmpty()) {
      return new Judgement(List.of(), Set.of());
    }
    Instant now = facts.now();
    List<ActorState> actors = states.list().stream().filter(ActorState::enabled).toList();
    List<Condition> conditions = new ArrayList<>();
    Set<String> judged = new LinkedHashSet<>();
    for (Rule rule : settings.rules()) {
      try {
        List<String> channels = channels(settings, rule);
        conditions.addAll(new Judge(rule, channels, now).conditions(watched(rule, actors)));
        judged.add(rule.name());
      } catch (ActorServerException failure) {
        LOG.warn("alert rule {} cannot be judged: {}", rule.name(), failure.getMessage());
      }
    }
    return new Judgement(conditions, judged);
  }

  private static List<ActorState> watched(Rule rule, List<ActorState> actors) {
    return rule.actors().isEmpty()
        ? actors
        : actors.stream().filter(actor -> rule.actors().contains(actor.name().value())).toList();
  }

  private static List<String> channels(AlertSettings settings, Rule rule) {
    return rule.channels().isEmpty()
        ? settings.channels().stream().map(Channel::name).toList()
        : rule.channels();
  }

  /**
   * What was found.
   *
   * @param judged names of rules that could be judged
   */
  public record Judgement(List<Condition> conditions, Set<String> judged) {
    public Judgement {
      conditions = List.copyOf(conditions);
      judged = Set.copyOf(judged);
    }
  }

  /** One rule at one moment. */
  private final class Judge {
    private final Rule rule;
    private final List<String> channels;
    private final Instant now;

    Judge(Rule rule, List<String> channels, Instant now) {
      this.rule = rule;
      this.channels = channels;
      this.now = now;
    }

    List<Condition> conditions(List<ActorState> actors) {
      return switch (rule.watched()) {
        case CONSECUTIVE_FAILURES ->
            each(
                actors,
                actor -> actor.consecutiveFailures() >= rule.threshold(),
                actor -> "failed " + actor.consecutiveFailures() + " times in a row");
        case BREAKER_OPEN -> openBreakers(actors);
        case ACTOR_OVERDUE -> overdue(actors);
        case NO_SUCCESS -> withoutSuccess(actors);
        case QUEUE_EMPTY, QUEUE_STUCK -> queue();
        case TOKENS_SPENT -> tokens();
        case NODE_LOST -> nodes();
        case DOCTOR_FINDING -> findings();
      };
    }

    private List<Condition> each(
        List<ActorState> actors, Predicate<ActorState> wrong, Function<ActorState, String> what) {
      return actors.stream()
          .filter(wrong)
          .map(
              actor ->
                  condition(
                      actor.name().value(),
                      "actor " + actor.name() + " " + what.apply(actor),
                      facts(actor),
                      Duration.ZERO))
          .toList();
    }

    private List<Condition> openBreakers(List<ActorState> actors) {
      Set<String> patient = facts.waitingForQuota();
      return each(
          actors,
          actor ->
              !actor.breakerState().equals("closed") && !patient.contains(actor.name().value()),
          actor ->
              "has an open breaker, next probe "
                  + actor
                      .breakerNextProbeAt()
                      .map(Instant::toString)
                      .orElse("when a person resumes it"));
    }

    private List<Condition> overdue(List<ActorState> actors) {
      Map<ActorName, Overdue> overdue =
          late.list().stream()
              .filter(one -> one.lateBy().compareTo(rule.after()) > 0)
              .collect(Collectors.toMap(Overdue::actor, Function.identity()));
      return each(
          actors,
          actor -> overdue.containsKey(actor.name()),
          actor ->
              Optional.ofNullable(overdue.get(actor.name()))
                  .map(
                      one ->
                          "was due at "
                              + one.due().truncatedTo(ChronoUnit.SECONDS)
                              + " and has not fired: "
                              + one.reason())
                  .orElse(""));
    }

    private List<Condition> withoutSuccess(List<ActorState> actors) {
      Map<String, Instant> since = facts.withoutSuccessSince();
      Map<String, ActorState> late =
          actors.stream()
              .filter(actor -> !actor.paused() && !actor.scheduleType().equals("manual"))
              .filter(
                  actor ->
                      Optional.ofNullable(since.get(actor.name().value()))
                          .map(from -> from.plus(rule.after()).isBefore(now))
                          .orElse(false))
              .collect(
                  Collectors.toMap(
                      actor -> actor.name().value(),
                      Function.identity(),
                      (one, other) -> one,
                      LinkedHashMap::new));
      return each(
          List.copyOf(late.values()),
          actor -> true,
          actor ->
              "has not succeeded since "
                  + Optional.ofNullable(since.get(actor.name().value()))
                      .map(from -> from.truncatedTo(ChronoUnit.SECONDS).toString())
                      .orElse("it exists"));
    }

    private List<Condition> queue() {
      String table = rule.table().orElse("");
      if (rule.watched() == AlertSettings.Watched.QUEUE_EMPTY) {
        long waiting = count(table, rule.where());
        return waiting < rule.threshold()
            ? List.of(
                condition(
                    table,
                    "table "
                        + table
                        + " holds "
                        + waiting
                        + " waiting rows, wanted are at least "
                        + rule.threshold(),
                    Map.of("waiting", Long.toString(waiting)),
                    rule.after()))
            : List.of();
      }
      long stuck =
          count(
              table,
              "("
                  + rule.where()
                  + ") AND generated_at < NOW() - INTERVAL '"
                  + rule.after().toSeconds()
                  + " seconds'");
      return stuck > 0
          ? List.of(
              condition(
                  table,
                  stuck + " rows of table " + table + " have waited for more than " + hours(),
                  Map.of("stuck", Long.toString(stuck)),
                  Duration.ZERO))
          : List.of();
    }

    private long count(String table, String where) {
      return tables.count(
          new TableQuery(
              table,
              List.of(),
              Optional.of(where),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }

    private List<Condition> tokens() {
      Instant midnight = now.truncatedTo(ChronoUnit.DAYS);
      long spent = facts.tokensSince(midnight);
      return spent > rule.threshold()
          ? List.of(
              condition(
                  CLUSTER,
                  spent + " model tokens used since midnight UTC, more than " + rule.threshold(),
                  Map.of("tokens", Long.toString(spent)),
                  Duration.ZERO))
          : List.of();
    }

    private List<Condition> nodes() {
      return facts.lostNodes().stream()
          .filter(node -> node.lastSeen().plus(rule.after()).isBefore(now))
          .map(this::lost)
          .toList();
    }

    private List<Condition> findings() {
      return facts.openFindings().stream()
          .filter(finding -> finding.firstSeen().plus(rule.after()).isBefore(now))
          .map(
              finding ->
                  condition(
                      finding.kind() + " " + finding.subject(),
                      "doctor: " + finding.subject() + " " + finding.explanation(),
                      Map.of("kind", finding.kind(), "subject", finding.subject()),
                      Duration.ZERO))
          .toList();
    }

    private Condition lost(LostNode node) {
      return condition(
          node.instanceId(),
          "node "
              + node.instanceId()
              + " vanished, last sign "
              + node.lastSeen().truncatedTo(ChronoUnit.SECONDS),
          Map.of(),
          Duration.ZERO);
    }

    private Condition condition(
        String subject, String summary, Map<String, String> details, Duration hold) {
      return new Condition(rule.name(), subject, rule.severity(), summary, details, hold, channels);
    }

    private String hours() {
      Duration after = rule.after();
      return after.toHours() > 0 ? after.toHours() + " h" : after.toSeconds() + " s";
    }
  }

  private static Map<String, String> facts(ActorState actor) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("actor", actor.name().value());
    details.put("schedule", actor.schedule());
    details.put("consecutive_failures", Integer.toString(actor.consecutiveFailures()));
    details.put("breaker_state", actor.breakerState());
    actor.lastStatus().ifPresent(status -> details.put("last_status", status));
    actor.lastRun().ifPresent(last -> details.put("last_run", last.toString()));
    actor.nextRun().ifPresent(next -> details.put("next_run", next.toString()));
    return details;
  }
}
