package io.botticelli.core.history.jdbc;

import static io.botticelli.core.db.PostgresText.storable;

import io.botticelli.core.history.RunRecorder.SentInput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Identifies what an act was asked: SHA-256 over its rendered inputs as they are stored, so that it
 * can be computed again from the record. The bytes of media are not recorded and do not count.
 */
final class PromptHash {
  private PromptHash() {}

  /** Returns 64 hexadecimal digits, or empty when nothing was asked. */
  static Optional<String> of(List<SentInput> inputs) {
    if (inputs.isEmpty()) {
      return Optional.empty();
    }
    MessageDigest digest = sha256();
    for (SentInput input : inputs) {
      add(digest, input.type());
      add(digest, input.text());
      add(digest, input.mime().orElse(""));
      add(digest, input.filename().orElse(""));
    }
    return Optional.of(HexFormat.of().formatHex(digest.digest()));
  }

  /** With its length, so that no two lists of texts read the same. */
  private static void add(MessageDigest digest, String text) {
    byte[] bytes = storable(text).getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
