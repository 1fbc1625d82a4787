package io.botticelli.core.actor;

import java.util.regex.Pattern;

/**
 * The identity of an actor: Quartz job key, {@code task_id} in the database, label in metrics.
 *
 * @param value 1..100 characters, starts with a letter or digit, then letters, digits, {@code . _
 *     -}
 */
public record ActorName(String value) implements Comparable<ActorName> {
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /**
   * @throws IllegalArgumentException if the value does not have the documented shape
   */
  public ActorName {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "actor name \""
              + value
              + "\" must be 1..100 characters of A-Z a-z 0-9 . _ - and start with a letter or digit");
    }
  }

  @Override
  public int compareTo(ActorName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
