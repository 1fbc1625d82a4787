package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.FailureClass;
import org.jspecify.annotations.Nullable;

/** This node cannot start or go on. */
public final class NodeException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  /**
   * @param code {@code clock_skew}, {@code definition_missing}, {@code setting_invalid}, {@code
   *     execution_missing} or {@code nothing_to_replay}
   */
  public NodeException(String code, String message) {
    this(code, message, null);
  }

  NodeException(String code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  @Override
  public FailureClass failureClass() {
    return FailureClass.PERMANENT;
  }
}
