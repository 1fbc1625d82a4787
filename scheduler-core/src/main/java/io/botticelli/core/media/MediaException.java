package io.botticelli.core.media;

import io.botticelli.core.ActorServerException;
import org.jspecify.annotations.Nullable;

/** The bytes of a media input cannot be had; the message names the input, never a whole address. */
public final class MediaException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  private MediaException(
      String code, String message, boolean retryable, @Nullable Throwable cause) {
    super(code, message, cause);
    this.retryable = retryable;
  }

  /** A failure that stays until somebody changes something. */
  public static MediaException permanent(String code, String message, @Nullable Throwable cause) {
    return new MediaException(code, message, false, cause);
  }

  /** A failure of the network or of the other side that may pass. */
  public static MediaException passing(String code, String message, @Nullable Throwable cause) {
    return new MediaException(code, message, true, cause);
  }

  @Override
  public boolean isRetryable() {
    return retryable;
  }
}
