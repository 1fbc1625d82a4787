package io.botticelli.core.security;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A command that is about to be carried out.
 *
 * @param written platform as the narrative names it, for example {@code discord}
 * @param platform platform that stands behind that name, for example {@code preview}
 * @param command canonical name without platform
 * @param write whether it changes something
 * @param arguments placeholders replaced
 */
public record CommandCall(
    String written,
    String platform,
    String command,
    boolean write,
    Map<String, JsonNode> arguments) {
  /** The platform whose command updates content tables. */
  static final String DATABASE = "database";

  boolean isDatabase() {
    return DATABASE.equals(written);
  }
}
