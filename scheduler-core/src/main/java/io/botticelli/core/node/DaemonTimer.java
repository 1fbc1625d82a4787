package io.botticelli.core.node;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Single threads for repeated work that do not keep the process alive. */
final class DaemonTimer {
  private DaemonTimer() {}

  /**
   * Returns a new timer; whoever asked for it shuts it down.
   *
   * @param name name of its thread
   */
  static ScheduledExecutorService named(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        work -> {
          Thread thread = new Thread(work, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}
