package io.botticelli.core.toml;

import io.botticelli.core.ActorServerException;
import org.jspecify.annotations.Nullable;

/** A source file exists but cannot be used; the message names the path and the reason. */
public final class SourceFileException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  public SourceFileException(String message, @Nullable Throwable cause) {
    super("source_file_unreadable", message, cause);
  }
}
