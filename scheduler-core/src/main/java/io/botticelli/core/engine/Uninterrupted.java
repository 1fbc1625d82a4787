package io.botticelli.core.engine;

/** Finishes what must be written even when the run is being cancelled. */
final class Uninterrupted {
  private Uninterrupted() {}

  /** Runs an action with the interrupt flag cleared, because drivers refuse work under it. */
  static void run(Runnable action) {
    boolean interrupted = Thread.interrupted();
    try {
      action.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
