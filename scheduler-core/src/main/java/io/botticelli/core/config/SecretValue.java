package io.botticelli.core.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A value that must never be shown: token, password, connection string.
 *
 * <p>Its text is reached only through {@link #reveal()}; {@link #toString()} prints {@code ***}, so
 * a record that holds one can be logged.
 */
public final class SecretValue {
  private final String text;

  /**
   * @param text the secret, not blank
   */
  public SecretValue(String text) {
    this.text = text;
  }

  /** Returns the secret itself; call it only where the value is handed to its receiver. */
  public String reveal() {
    return text;
  }

  /** Compares in constant time, so that the duration tells nothing about the secret. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SecretValue secret
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
