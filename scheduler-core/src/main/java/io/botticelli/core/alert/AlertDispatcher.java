package io.botticelli.core.alert;

import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.AlertSettings.Channel;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what is due and tries again what could not be sent. Thread-safe. */
public final class AlertDispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(AlertDispatcher.class);

  /** Longer than the longest sending, so that two nodes do not send the same message at once. */
  private static final Duration CLAIM = Duration.ofSeconds(60);

  private static final int BATCH = 20;

  /** Waits after the first, second, .. failure; the last one repeats. */
  private static final List<Duration> WAITS =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofMinutes(30),
          Duration.ofHours(1));

  /** A message this old helps nobody. */
  private static final Duration GIVE_UP = Duration.ofHours(48);

  private final String node;
  private final AlertStore store;
  private final List<AlertSender> senders;
  private final Supplier<AlertSettings> settings;
  private final Clock clock;

  /**
   * @param settings what is in force, with the secrets of this node
   */
  public AlertDispatcher(
      String node,
      AlertStore store,
      List<AlertSender> senders,
      Supplier<AlertSettings> settings,
      Clock clock) {
    this.node = node;
    this.store = store;
    this.senders = List.copyOf(senders);
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Sends what is due.
   *
   * @return messages taken by their receivers
   */
  public int dispatch() {
    int sent = 0;
    AlertSettings agreed = settings.get();
    for (Delivery delivery : store.claimDue(node, CLAIM, BATCH)) {
      if (Thread.currentThread().isInterrupted()) {
        // The claim runs out by itself and another node goes on.
        return sent;
      }
      sent += deliver(agreed, delivery) ? 1 : 0;
    }
    return sent;
  }

  /**
   * Sends one message now, unless another node is at it.
   *
   * @return the message as it stands afterwards
   */
  public Delivery dispatch(long deliveryId) {
    store.claim(deliveryId, node, CLAIM).ifPresent(delivery -> deliver(settings.get(), delivery));
    return store.findDelivery(deliveryId).orElseThrow();
  }

  private boolean deliver(AlertSettings agreed, Delivery delivery) {
    try {
      Channel channel =
          agreed
              .channel(delivery.channel())
              .orElseThrow(
                  () ->
                      // Perhaps another node knows it already, or still.
                      new AlertDeliveryException(
                          "there is no [alerts.channels." + delivery.channel() + "]", null, null));
      senders.stream()
          .filter(one -> one.serves(channel))
          .findFirst()
          .orElseThrow(
              () -> new IllegalStateException("no sender for channels of " + channel.type()))
          .send(channel, delivery);
    } catch (AlertDeliveryException failure) {
      postpone(delivery, failure);
      return false;
    }
    store.delivered(delivery.id());
    return true;
  }

  private void postpone(Delivery delivery, AlertDeliveryException failure) {
    String reason = String.valueOf(failure.getMessage());
    boolean late = delivery.createdAt().plus(GIVE_UP).isBefore(clock.instant());
    Duration own = WAITS.get(Math.min(delivery.attempts(), WAITS.size()) - 1);
    Duration asked = failure.retryAfter().orElse(Duration.ZERO);
    Duration wait = asked.compareTo(own) > 0 ? asked : own;
    store.failed(delivery.id(), reason, late ? Optional.empty() : Optional.of(wait));
    if (late) {
      LOG.error(
          "alert message {} to {} given up after {} attempts: {}",
          delivery.id(),
          delivery.channel(),
          delivery.attempts(),
          reason);
    } else {
      LOG.warn(
          "alert message {} to {} is tried again in {} s: {}",
          delivery.id(),
          delivery.channel(),
          wait.toSeconds(),
          reason);
    }
  }
}
