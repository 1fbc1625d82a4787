package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * An act as written.
 *
 * @param node string, array or table
 * @param path keys from the root of its document
 */
record ActSource(JsonNode node, List<String> path) {
  ActSource {
    path = List.copyOf(path);
  }
}
