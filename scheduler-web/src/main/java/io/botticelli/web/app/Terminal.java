package io.botticelli.web.app;

/** What the launcher found out about the terminal. */
final class Terminal {
  private Terminal() {}

  /** Tells whether standard error is a terminal a person looks at. */
  static boolean isInteractive() {
    return Boolean.getBoolean("botticelli.terminal");
  }

  /** Tells whether standard input is a terminal too, so that a question can be answered. */
  static boolean canAnswer() {
    return isInteractive() && Boolean.getBoolean("botticelli.terminal.input");
  }
}
