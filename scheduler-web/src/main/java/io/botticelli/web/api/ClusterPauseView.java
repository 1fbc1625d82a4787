package io.botticelli.web.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.botticelli.core.history.ClusterPause;
import java.time.Instant;
import java.util.Optional;

/**
 * The pause of the whole cluster.
 *
 * @param paused no actor fires; {@code is_paused} in JSON
 */
public record ClusterPauseView(
    @JsonProperty("is_paused") boolean paused,
    Optional<String> pauseReason,
    Optional<String> pausedBy,
    Optional<Instant> pausedAt,
    Optional<Instant> pausedUntil) {

  /** Returns how it is shown. */
  public static ClusterPauseView of(ClusterPause.State pause) {
    return new ClusterPauseView(
        pause.paused(),
        pause.reason().filter(reason -> !reason.isBlank()),
        pause.by(),
        pause.at(),
        pause.until());
  }
}
