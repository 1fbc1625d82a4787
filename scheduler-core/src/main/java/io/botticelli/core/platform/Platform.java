package io.botticelli.core.platform;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A chat platform that understands commands such as {@code channels.list}. Thread-safe.
 *
 * <p>Sending messages does not go through {@link #execute} but through {@link PostingPlatform}, so
 * that it can be made to happen at most once.
 */
public interface Platform {
  /** Returns the name narratives use, for example {@code discord}. */
  String name();

  /**
   * Carries out a command.
   *
   * @return the result object or array documented for the command
   * @throws PlatformException if the command is unknown, an argument is wrong, or the platform
   *     refuses
   */
  JsonNode execute(PlatformCommand command);
}
