package io.botticelli.web.api;

import io.javalin.http.Context;
import java.util.Map;
import java.util.function.Supplier;

/** The probes: alive, ready to fire, started, and the whole picture. */
public final class HealthApi {
  private final Supplier<HealthView> health;
  private final Supplier<OverdueView> overdue;

  public HealthApi(Supplier<HealthView> health, Supplier<OverdueView> overdue) {
    this.health = health;
    this.overdue = overdue;
  }

  /** {@code GET /health}: 503 when a component is unhealthy. */
  public void health(Context ctx) {
    HealthView view = health.get();
    ctx.status(view.status().equals("unhealthy") ? 503 : 200);
    ctx.json(
        Map.of(
            "status", view.status(),
            "checks", view.checks(),
            "node", view.node(),
            "timestamp", view.timestamp()));
  }

  /** {@code GET /health/live}: the process answers. */
  public void live(Context ctx) {
    ctx.json(Map.of("status", "ok"));
  }

  /** {@code GET /health/ready}: 503 when this node would not fire. */
  public void ready(Context ctx) {
    HealthView view = health.get();
    ctx.status(view.ready() ? 200 : 503);
    ctx.json(Map.of("status", view.ready() ? "ready" : "not_ready", "checks", view.checks()));
  }

  /** {@code GET /health/startup}: 503 until start-up has finished. */
  public void startup(Context ctx) {
    boolean started = health.get().started();
    ctx.status(started ? 200 : 503);
    ctx.json(Map.of("status", started ? "started" : "starting"));
  }

  /**
   * {@code GET /health/overdue}: 503 while an actor of the cluster is late, or nobody can tell; for
   * a watcher outside.
   */
  public void overdue(Context ctx) {
    OverdueView view = overdue.get();
    ctx.status(view.status().equals(OverdueView.OK) ? 200 : 503);
    ctx.json(view);
  }
}
