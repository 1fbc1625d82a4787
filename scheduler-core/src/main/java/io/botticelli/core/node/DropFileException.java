package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;

/** A file in the drop folder fires nothing; says what is wrong with it. */
final class DropFileException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  DropFileException(String message) {
    super("drop_file_invalid", message, null);
  }
}
