package io.botticelli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/** Durations of one kind of work. Not thread-safe. */
final class Samples {
  private static final double NANOS_PER_MS = 1_000_000.0;

  private final long[] nanos;
  private int count;

  /**
   * @param capacity most samples, at least 1
   */
  Samples(int capacity) {
    this.nanos = new long[capacity];
  }

  /** Work that is measured; it may fail in any way. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Runs work once and keeps how long it took. */
  void measure(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    nanos[count++] = System.nanoTime() - start;
  }

  /** Returns the sample below which a share of all samples lies, in milliseconds. */
  double percentileMs(double share) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(count - 1, Math.ceil(share * count))] / NANOS_PER_MS;
  }

  /** Returns {@code p50_ms}, {@code p95_ms}, {@code p99_ms}. */
  JsonNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("p50_ms", rounded(percentileMs(0.50)));
    json.put("p95_ms", rounded(percentileMs(0.95)));
    json.put("p99_ms", rounded(percentileMs(0.99)));
    return json;
  }

  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
