package io.botticelli.core.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A command with its arguments, placeholders replaced.
 *
 * @param name canonical name, for example {@code channels.get_or_create}
 * @param arguments argument to value; strings may hold numbers and booleans, the command coerces
 */
public record PlatformCommand(String name, Map<String, JsonNode> arguments) {}
