package io.botticelli.core.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.toml.TomlDocument;

/** What a TOML file of a working set is, told by its root keys. */
public enum FileKind {
  /** Server file: {@code [server]}, {@code [[actors]]}, or the three-bot forms. */
  SERVER,
  /** Actor file: {@code [actor]}. */
  ACTOR,
  /** Anything else; most likely a narrative. */
  NARRATIVE;

  /** Returns the kind of a document. */
  public static FileKind of(TomlDocument document) {
    ObjectNode root = document.root();
    if (root.path("narrative").isObject() || root.has("acts") || root.has("steps")) {
      return NARRATIVE;
    } else if (root.has("server") || root.has("actors")) {
      return SERVER;
    } else if (root.path("actor").isObject()) {
      return ACTOR;
    } else if (root.path("bot_server").isObject()
        || ThreeBotFiles.SECTIONS.stream().anyMatch(name -> root.path(name).isObject())) {
      return SERVER;
    }
    return NARRATIVE;
  }
}
