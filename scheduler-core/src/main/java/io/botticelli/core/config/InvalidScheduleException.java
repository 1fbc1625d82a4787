package io.botticelli.core.config;

import io.botticelli.core.ActorServerException;

/** A schedule text means nothing; {@link ScheduleReader} turns it into a problem with a place. */
final class InvalidScheduleException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  InvalidScheduleException(String message) {
    super("schedule_invalid", message, null);
  }
}
