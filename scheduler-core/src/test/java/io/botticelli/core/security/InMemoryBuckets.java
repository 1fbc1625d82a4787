package io.botticelli.core.security;

import io.botticelli.core.narrative.SecurityPolicy.RateLimit;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Buckets that are never refilled. */
public final class InMemoryBuckets implements TokenBuckets {
  public final Map<String, Integer> taken = new HashMap<>();

  @Override
  public Optional<Duration> take(String bucket, RateLimit limit) {
    if (taken.getOrDefault(bucket, 0) >= limit.maxTokens() + limit.burst()) {
      return Optional.of(limit.window());
    }
    taken.merge(bucket, 1, Integer::sum);
    return Optional.empty();
  }
}
