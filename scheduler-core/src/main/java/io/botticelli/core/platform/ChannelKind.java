package io.botticelli.core.platform;

import java.util.Locale;
import java.util.Optional;

/** What a channel is for. Written lower-case in narratives and results. */
public enum ChannelKind {
  TEXT(0),
  VOICE(2),
  CATEGORY(4),
  ANNOUNCEMENT(5),
  STAGE(13),
  FORUM(15);

  private final int discordType;

  ChannelKind(int discordType) {
    this.discordType = discordType;
  }

  /** Returns Discord's number for this kind of channel. */
  public int discordType() {
    return discordType;
  }

  /** Returns the lower-case word. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a word in any case or Discord's number; empty when it is neither. */
  public static Optional<ChannelKind> find(String text) {
    String plain = text.strip();
    for (ChannelKind kind : values()) {
      if (kind.name().equalsIgnoreCase(plain) || Integer.toString(kind.discordType).equals(plain)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns a channel name as the platform stores it: text-like channels are lower-case, blanks
   * become dashes, and only letters, digits, dashes and underscores stay; other kinds keep their
   * spelling.
   */
  public String normaliseName(String name) {
    String plain = name.strip();
    if (this == VOICE || this == CATEGORY || this == STAGE) {
      return plain.replaceAll("\\p{Cntrl}", "");
    }
    String bare = plain.startsWith("#") ? plain.substring(1).strip() : plain;
    return bare.toLowerCase(Locale.ROOT)
        .replaceAll("\\s+", "-")
        .replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{So}_-]", "");
  }
}
