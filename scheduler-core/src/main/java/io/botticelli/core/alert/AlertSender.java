package io.botticelli.core.alert;

import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.config.AlertSettings.Channel;

/** Sends messages to channels of some types. Thread-safe. */
public interface AlertSender {
  /** Tells whether this one serves a channel. */
  boolean serves(Channel channel);

  /**
   * Sends a message and waits until the receiver has taken it, at most some seconds. The same
   * message may be sent twice; where the receiver can tell, it carries the same key both times.
   *
   * @throws AlertDeliveryException if the receiver did not take it, or may not have
   */
  void send(Channel channel, Delivery delivery);
}
