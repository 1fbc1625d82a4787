package io.botticelli.core.model.offline;

import io.botticelli.core.model.Message;
import java.util.List;

/** Choices that depend on nothing but the conversation: the same one always falls the same way. */
final class Dice {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final long seed;

  Dice(List<Message> conversation) {
    long hash = FNV_OFFSET;
    for (Message message : conversation) {
      hash = (hash ^ message.role().ordinal()) * FNV_PRIME;
      for (Message.Part part : message.parts()) {
        if (part instanceof Message.Part.Text text) {
          hash = add(hash, text.text());
        } else if (part instanceof Message.Part.Media media) {
          hash = (add(hash, media.mime()) ^ media.data().length) * FNV_PRIME;
        }
      }
    }
    this.seed = hash;
  }

  /** Returns a number from 0 to {@code bound - 1}; {@code bound} is at least 1. */
  int below(int bound, String purpose, int index) {
    return (int) Math.floorMod(roll(purpose, index), (long) bound);
  }

  /** Returns a number from {@code low} to {@code high}, both included; swapped ends are mended. */
  long between(long low, long high, String purpose, int index) {
    long from = Math.min(low, high);
    long span = Math.max(low, high) - from + 1;
    return span <= 0 ? from : from + Math.floorMod(roll(purpose, index), span);
  }

  long roll(String purpose, int index) {
    long value = add(seed, purpose) + index * 0x9e3779b97f4a7c15L;
    value = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    value = (value ^ (value >>> 27)) * 0x94d049bb133111ebL;
    return value ^ (value >>> 31);
  }

  private static long add(long hash, String text) {
    long result = hash;
    for (int i = 0; i < text.length(); i++) {
      result = (result ^ text.charAt(i)) * FNV_PRIME;
    }
    return result;
  }
}
