package io.botticelli.web.api;

import java.time.Instant;
import java.util.List;

/**
 * What {@code /health/overdue} shows.
 *
 * @param status {@code ok}, {@code overdue}, or {@code unknown} when the database did not answer
 * @param actors late ones by name; empty unless {@code overdue}
 * @param node id of the node that answers, for the whole cluster
 */
public record OverdueView(String status, List<Late> actors, String node, Instant timestamp) {
  /** Status while nobody is late. */
  public static final String OK = "ok";

  public OverdueView {
    actors = List.copyOf(actors);
  }

  /**
   * An actor that missed its time.
   *
   * @param due since when it should have fired
   * @param graceSeconds what it is allowed
   * @param reason what is known, for a person
   */
  public record Late(
      String actor, Instant due, long lateSeconds, long graceSeconds, String reason) {}
}
