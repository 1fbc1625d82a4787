package io.botticelli.core.scheduling;

/** Why a node fires nothing although it runs; it fires again when no reason is left. */
public enum StandbyReason {
  /** Its clock is off. */
  CLOCK,
  /** A person asked it to drain: its runs end, fires that still reach it go to other nodes. */
  DRAINING
}
