package io.botticelli.web.app;

import io.botticelli.core.ActorServerException;

/** A command cannot do its work because of the place it runs in; says what, where, what to do. */
final class CommandException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  /**
   * @param code {@code home_unusable} or {@code interrupted}
   */
  CommandException(String code, String message, Throwable cause) {
    super(code, message, cause);
  }

  /**
   * @param code {@code usage} or {@code superseded}
   */
  CommandException(String code, String message) {
    super(code, message, null);
  }
}
