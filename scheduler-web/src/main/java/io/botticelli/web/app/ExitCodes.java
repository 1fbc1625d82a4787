package io.botticelli.web.app;

/** What the process tells its caller; the same for every command. */
final class ExitCodes {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int SKIPPED = 3;
  static final int INTERRUPTED = 4;

  private ExitCodes() {}
}
