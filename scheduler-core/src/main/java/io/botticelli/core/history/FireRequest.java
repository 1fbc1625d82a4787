package io.botticelli.core.history;

import io.botticelli.core.actor.ActorName;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A person's or script's wish that an actor fires now.
 *
 * <p>Names and sizes of parameters are checked here, because everybody may send them; their values
 * are hostile text and are never more than text.
 *
 * @param parameters extra placeholders for the actor's narratives: at most {@value
 *     #MOST_PARAMETERS}, names of 1..100 letters, digits, {@code _ . -} that start with a letter or
 *     {@code _}, values of at most {@value #LONGEST_VALUE} characters, {@value #LARGEST} together
 * @param force true: also when the actor is paused or its breaker is open
 * @param idempotencyKey makes a repeat of the request the same wish, 1..200 characters without
 *     control characters; empty = every request is a new wish
 * @param by who asks, at most 200 characters, "" = unknown
 */
public record FireRequest(
    ActorName actor,
    Map<String, String> parameters,
    boolean force,
    Optional<String> idempotencyKey,
    String by) {
  /** Most parameters of one fire. */
  public static final int MOST_PARAMETERS = 50;

  /** Most characters of one value. */
  public static final int LONGEST_VALUE = 20_000;

  /** Most characters of all names and values together. */
  public static final int LARGEST = 100_000;

  /** Most characters of a key or a name of who asks. */
  public static final int LONGEST_KEY = 200;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");

  private static final int SHOWN = 40;

  /**
   * @throws FireRequestException with code {@code parameters_invalid}, or {@code
   *     idempotency_key_invalid}
   */
  public FireRequest {
    checkParameters(parameters);
    idempotencyKey.ifPresent(FireRequest::checkKey);
    parameters = Map.copyOf(parameters);
    by = by.length() > LONGEST_KEY ? by.substring(0, LONGEST_KEY) : by;
  }

  /** Asks without an idempotency key. */
  public FireRequest(ActorName actor, Map<String, String> parameters, boolean force, String by) {
    this(actor, parameters, force, Optional.empty(), by);
  }

  private static void checkParameters(Map<String, String> parameters) {
    if (parameters.size() > MOST_PARAMETERS) {
      throw invalid(
          "a fire has " + parameters.size() + " parameters", MOST_PARAMETERS + " at most");
    }
    long size = 0;
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      String name = parameter.getKey();
      if (!NAME.matcher(name).matches()) {
        throw invalid(
            "parameter name \"" + printable(name) + "\" of a fire is not a name",
            "1..100 letters, digits, _ . - starting with a letter or _");
      }
      int length = parameter.getValue().length();
      if (length > LONGEST_VALUE) {
        throw invalid(
            "parameter " + name + " of a fire has " + length + " characters",
            LONGEST_VALUE + " at most");
      }
      size += name.length() + (long) length;
    }
    if (size > LARGEST) {
      throw invalid(
          "the parameters of a fire have " + size + " characters together", LARGEST + " at most");
    }
  }

  private static void checkKey(String key) {
    if (key.isEmpty()
        || key.length() > LONGEST_KEY
        || key.chars().anyMatch(Character::isISOControl)) {
      throw new FireRequestException(
          "idempotency_key_invalid",
          "the idempotency key has "
              + key.length()
              + " characters, expected 1.."
              + LONGEST_KEY
              + " without control characters");
    }
  }

  private static FireRequestException invalid(String what, String expected) {
    return new FireRequestException("parameters_invalid", what + ", expected " + expected);
  }

  private static String printable(String name) {
    String start = name.length() > SHOWN ? name.substring(0, SHOWN) + "…" : name;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
