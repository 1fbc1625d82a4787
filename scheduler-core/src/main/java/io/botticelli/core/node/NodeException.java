package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.FailureClass;

/** This node cannot start or go on. */
public final class NodeException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  /**
   * @param code {@code clock_skew}, {@code definition_missing}, {@code setting_invalid}, {@code
   *     execution_missing} or {@code nothing_to_replay}
   */
  public NodeException(String code, String message) {
    super(code, message, null);
  }

  @Override
  public FailureClass failureClass() {
    return FailureClass.PERMANENT;
  }
}
