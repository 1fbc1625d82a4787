package io.botticelli.core.alert;

import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.alert.AlertStore.Event;
import io.botticelli.core.alert.AlertStore.Message;
import io.botticelli.core.config.AlertSettings.Severity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Messages for tests of senders. */
public final class Deliveries {
  private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");

  private Deliveries() {}

  /** Returns a message about the beginning or end of an alert. */
  public static Delivery of(Event event, String summary) {
    return new Delivery(
        17,
        "ops",
        event,
        "alert-4",
        new Message(
            "failing",
            "poster",
            Severity.CRITICAL,
            summary,
            Map.of("consecutive_failures", "3"),
            START,
            event == Event.RESOLVED ? Optional.of(START.plusSeconds(60)) : Optional.empty()),
        1,
        START,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
