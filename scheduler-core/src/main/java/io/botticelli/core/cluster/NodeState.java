package io.botticelli.core.cluster;

import java.util.Locale;

/** What a member does; stored and shown lower-case. */
public enum NodeState {
  /** Fires. */
  UP,
  /** Fires nothing more while its runs end: a person asked for it, or it stops. */
  DRAINING,
  /** Fires nothing because it must not, for example while its clock is off. */
  STANDBY;

  /** Returns the stored spelling. */
  public String stored() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the state of a stored spelling.
   *
   * @throws IllegalArgumentException if it is none of ours
   */
  public static NodeState ofStored(String stored) {
    return valueOf(stored.toUpperCase(Locale.ROOT));
  }
}
