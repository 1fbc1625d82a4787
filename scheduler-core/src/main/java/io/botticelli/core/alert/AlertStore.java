package io.botticelli.core.alert;

import io.botticelli.core.config.AlertSettings.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Alerts and the messages about them. Thread-safe; methods throw {@link
 * io.botticelli.core.StoreException} when the database fails, nothing is half done then.
 */
public interface AlertStore {
  /**
   * Brings the alerts in line with what rules found: opens, keeps and ends alerts and stores the
   * messages about it, in one transaction. Does nothing while another node does it.
   *
   * @param conditions what is wrong now
   * @param judged rules that could be judged; alerts of a rule that could not stay as they are
   * @param known every rule there is; alerts of other rules end
   */
  void update(List<Condition> conditions, Set<String> judged, Set<String> known);

  /**
   * Stores a test message.
   *
   * @param channel name of a channel
   * @return id of the delivery
   */
  long storeTest(String channel, String by);

  /**
   * Claims messages that are due, oldest first. A message about the end of an alert waits for the
   * one about its beginning on the same channel.
   *
   * @param node who sends them
   * @param claim how long no other node takes them
   * @param limit 1..100
   */
  List<Delivery> claimDue(String node, Duration claim, int limit);

  /**
   * Claims one message, due or not.
   *
   * @return empty while another node sends it, and when it was delivered or given up
   */
  Optional<Delivery> claim(long deliveryId, String node, Duration claim);

  /** Marks a message as taken by its receiver. */
  void delivered(long deliveryId);

  /**
   * Stores that a message could not be sent.
   *
   * @param error one line, without secrets
   * @param again when it is tried again; empty = given up
   */
  void failed(long deliveryId, String error, Optional<Duration> again);

  /**
   * Lists alerts, the ones that last first, then newest first.
   *
   * @param limit 1..500
   */
  List<Alert> list(int limit);

  /**
   * Lists messages, newest first.
   *
   * @param limit 1..500
   */
  List<Delivery> listDeliveries(int limit);

  /** Finds a message. */
  Optional<Delivery> findDelivery(long deliveryId);

  /** Deletes alerts that ended, and their messages, once they are older than an age. */
  int prune(Duration age);

  /** What a message tells. */
  enum Event {
    /** Something is wrong. */
    FIRING,
    /** It is over. */
    RESOLVED,
    /** A person tries a channel. */
    TEST
  }

  /**
   * One alert.
   *
   * @param startedAt when it was seen first
   * @param notifiedAt when people were told; empty while it has not lasted long enough
   * @param resolvedAt when it ended; empty while it lasts
   */
  record Alert(
      long id,
      String rule,
      String subject,
      Severity severity,
      String summary,
      Map<String, String> details,
      Instant startedAt,
      Optional<Instant> notifiedAt,
      Optional<Instant> resolvedAt) {
    public Alert {
      details = Map.copyOf(details);
    }
  }

  /**
   * One message to one channel.
   *
   * @param key the same for every message about one alert, so that receivers can join them
   * @param attempts how often it was tried
   * @param error why the last attempt failed
   */
  record Delivery(
      long id,
      String channel,
      Event event,
      String key,
      Message message,
      int attempts,
      Instant createdAt,
      Optional<Instant> deliveredAt,
      Optional<Instant> gaveUpAt,
      Optional<String> error) {}

  /**
   * What a message says.
   *
   * @param startedAt when it began
   * @param endedAt when it ended, of a message about the end
   */
  record Message(
      String rule,
      String subject,
      Severity severity,
      String summary,
      Map<String, String> details,
      Instant startedAt,
      Optional<Instant> endedAt) {
    public Message {
      details = Map.copyOf(details);
    }
  }
}
