package io.botticelli.core.alert;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What rules ask the database that no other port answers. Thread-safe; methods throw {@link
 * io.botticelli.core.StoreException} when the database fails.
 */
public interface AlertFacts {
  /** Returns the database clock. */
  Instant now();

  /**
   * Returns since when each actor has not succeeded: the end of its last success, else the time its
   * row was made.
   *
   * @return actor name to instant
   */
  Map<String, Instant> withoutSuccessSince();

  /**
   * Returns the actors whose breaker is only open until a provider's quota is renewed; nothing is
   * broken then.
   */
  Set<String> waitingForQuota();

  /** Sums the model tokens of executions that started at or after an instant. */
  long tokensSince(Instant from);

  /**
   * Lists nodes that gave no sign for a minute, within the last day: they did not leave in order
   * and no later node took their place on the same host.
   */
  List<LostNode> lostNodes();

  /** Lists what the doctor found and nobody has mended; nothing that is for information only. */
  List<OpenFinding> openFindings();

  /**
   * Something wrong with the schedule's tables.
   *
   * @param kind for example {@code trigger_error}
   * @param subject what it is wrong with
   * @param firstSeen when it was found first
   */
  record OpenFinding(String kind, String subject, String explanation, Instant firstSeen) {}

  /**
   * A node that has vanished.
   *
   * @param instanceId its id
   * @param lastSeen its last sign
   */
  record LostNode(String instanceId, Instant lastSeen) {}
}
