package io.botticelli.core.security;

/** How writing commands are treated. */
public enum SecurityMode {
  /** Without a policy they are allowed. */
  PERMISSIVE,
  /** Without a policy they are denied. */
  ENFORCE,
  /** They are checked and logged, never carried out. */
  DRY_RUN
}
