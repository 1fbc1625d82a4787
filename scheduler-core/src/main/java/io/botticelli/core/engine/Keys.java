package io.botticelli.core.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Keys that fit their column and still differ when what they were made from differs. */
final class Keys {
  /** What an outbound key may have. */
  static final int MAX_LENGTH = 200;

  private static final int HEAD = 120;

  private Keys() {}

  /** Returns the key itself, or its beginning and its SHA-256 when it is too long. */
  static String bounded(String key) {
    if (key.length() <= MAX_LENGTH) {
      return key;
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return key.substring(0, HEAD) + ":" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
