package io.botticelli.core.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One turn of a conversation.
 *
 * @param role who speaks
 * @param parts in order, at least one
 */
public record Message(Role role, List<Part> parts) {
  public Message {
    parts = List.copyOf(parts);
  }

  /** Returns a turn of one text. */
  public static Message of(Role role, String text) {
    return new Message(role, List.of(new Part.Text(text)));
  }

  /** Returns all text parts joined by a blank line. */
  public String text() {
    return parts.stream()
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .collect(Collectors.joining("\n\n"));
  }

  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }

  /** A piece of a turn. */
  public sealed interface Part {
    /** Plain text. */
    record Text(String text) implements Part {}

    /**
     * Bytes for models that see or hear.
     *
     * @param kind {@code image}, {@code audio}, {@code video} or {@code document}
     * @param mime MIME type
     * @param data not copied; must not be changed
     */
    record Media(String kind, String mime, byte[] data) implements Part {}
  }
}
