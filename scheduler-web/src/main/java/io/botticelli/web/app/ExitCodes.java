package io.botticelli.web.app;

import io.botticelli.core.history.ExecutionStatus;

/** What the process tells its caller; the same for every command. */
final class ExitCodes {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int SKIPPED = 3;
  static final int INTERRUPTED = 4;

  private ExitCodes() {}

  /** Returns what a command that waited for an execution ends with. */
  static int of(ExecutionStatus status) {
    return switch (status) {
      case SUCCEEDED -> OK;
      case SKIPPED, MISSED, WAITING_APPROVAL -> SKIPPED;
      case CANCELLED -> INTERRUPTED;
      case FAILED, ABANDONED, RUNNING -> FAILED;
    };
  }
}
