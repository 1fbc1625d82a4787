package io.botticelli.web.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the launcher found out about the terminal. */
final class Terminal {
  private Terminal() {}

  /** Tells whether standard error is a terminal a person looks at. */
  static boolean isInteractive() {
    return Boolean.getBoolean("botticelli.terminal");
  }

  /**
   * Tells whether the process was started in a terminal that has been closed since. A process
   * without one, such as a service, has lost none.
   */
  static boolean isGone() {
    if (!isInteractive()) {
      return false;
    }
    try (InputStream terminal = Files.newInputStream(Path.of("/dev/tty"))) {
      return false;
    } catch (IOException closed) {
      return true;
    }
  }

  /** Tells whether standard input is a terminal too, so that a question can be answered. */
  static boolean canAnswer() {
    return isInteractive() && Boolean.getBoolean("botticelli.terminal.input");
  }
}
