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
   * Returns the canonical name of a command: aliases such as {@code message.send} are mapped, case
   * and surrounding blanks ignored. An unknown name is returned as it is.
   */
  String canonical(String command);

  /**
   * Tells whether a command changes something on the platform; aliases are resolved first.
   *
   * @return false for reads and for unknown names, which can have no effect
   */
  boolean isWrite(String command);

  /**
   * Carries out a command.
   *
   * @return the result object or array documented for the command
   * @throws PlatformException if the command is unknown, an argument is wrong, or the platform
   *     refuses
   */
  JsonNode execute(PlatformCommand command);
}
