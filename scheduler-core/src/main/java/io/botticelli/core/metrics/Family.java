package io.botticelli.core.metrics;

import java.util.List;

/** The metrics there are: name, type, meaning and labels. */
enum Family {
  UP(Type.GAUGE, "up", "1 while the node runs"),
  ACTOR_EXECUTIONS(
      Type.COUNTER, "botticelli_actor_executions", "Fires by how they ended", "actor", "status"),
  ACTIVE_ACTORS(Type.GAUGE, "botticelli_active_actors", "Actors this node is running now"),
  BREAKER_TRIPS(
      Type.COUNTER, "botticelli_circuit_breaker_trips", "Times a breaker opened", "actor"),
  EXECUTION_DURATION(
      Type.HISTOGRAM, "botticelli_execution_duration_seconds", "Time an execution took", "actor"),
  SKILLS_EXECUTED(
      Type.COUNTER, "botticelli_skills_executed", "Skills by how they ended", "actor", "result"),
  ACTOR_PAUSED(Type.GAUGE, "botticelli_actor_paused", "1 while the actor is paused", "actor"),
  LAST_SUCCESS(
      Type.GAUGE,
      "botticelli_last_success_timestamp",
      "When the actor last succeeded, seconds since 1970",
      "actor"),
  CONSECUTIVE_FAILURES(
      Type.GAUGE, "botticelli_consecutive_failures", "Failures since the last success", "actor"),
  TASKS_SCHEDULED(Type.GAUGE, "botticelli_tasks_scheduled", "Actors with a next fire time"),
  TASKS_PAUSED(Type.GAUGE, "botticelli_tasks_paused", "Actors that are paused"),
  FIRE_DELAY(
      Type.HISTOGRAM, "botticelli_fire_delay_seconds", "From scheduled fire time to the start"),
  MISFIRES(Type.COUNTER, "botticelli_misfires", "Fires that came too late", "actor", "policy"),
  LLM_REQUESTS(
      Type.COUNTER,
      "botticelli_llm_requests",
      "Requests to models by outcome",
      "provider",
      "model",
      "outcome"),
  LLM_TOKENS(
      Type.COUNTER, "botticelli_llm_tokens", "Tokens by direction", "provider", "model", "kind"),
  LLM_WAIT(
      Type.HISTOGRAM,
      "botticelli_llm_wait_seconds",
      "Time a request waited for its budget",
      "provider",
      "model"),
  LLM_COST(Type.COUNTER, "botticelli_llm_cost_usd", "Money spent on models", "provider", "model"),
  JSON_EXTRACTIONS(
      Type.COUNTER, "botticelli_json_extractions", "JSON read from answers by outcome", "outcome"),
  ROWS_STORED(Type.COUNTER, "botticelli_rows_stored", "Content rows stored", "table"),
  POSTS(Type.COUNTER, "botticelli_posts", "Posts by outcome", "platform", "outcome"),
  QUEUE_ROWS(
      Type.GAUGE,
      "botticelli_queue_rows",
      "Content rows by review status",
      "table",
      "review_status"),
  POOL_CONNECTIONS(
      Type.GAUGE,
      "botticelli_pool_connections",
      "Connections and waiting threads",
      "pool",
      "state"),
  CHECKIN_LAG(Type.GAUGE, "botticelli_node_checkin_lag_seconds", "How late the last check-in was"),
  CLOCK_SKEW(
      Type.GAUGE, "botticelli_clock_skew_seconds", "Clock of the node minus clock of the database"),
  CLUSTER_NODES(Type.GAUGE, "botticelli_cluster_nodes", "Nodes of the cluster by state", "state"),
  DOCTOR_FINDINGS(
      Type.GAUGE, "botticelli_doctor_findings", "What the doctor found at its last visit", "kind"),
  DEPENDENCY_BREAKER(
      Type.GAUGE,
      "botticelli_dependency_breaker_state",
      "Breaker of what this node depends on: 0 closed, 1 half open, 2 open",
      "dependency"),
  LISTENER_FAILURES(
      Type.COUNTER, "botticelli_listener_failures", "Exceptions stopped before they hurt Quartz"),
  CONFIG_RELOAD_FAILURES(
      Type.COUNTER, "botticelli_config_reload_failures", "Working sets that were refused");

  private final Type type;
  private final String base;
  private final String help;
  private final List<String> labels;

  Family(Type type, String base, String help, String... labels) {
    this.type = type;
    this.base = base;
    this.help = help;
    this.labels = List.of(labels);
  }

  Type type() {
    return type;
  }

  /** Returns the name as Prometheus' model wants it: without {@code _total}. */
  String base() {
    return base;
  }

  /** Returns the name as it is shown. */
  String shown() {
    return type == Type.COUNTER ? base + "_total" : base;
  }

  String help() {
    return help;
  }

  List<String> labels() {
    return labels;
  }

  enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }
}
