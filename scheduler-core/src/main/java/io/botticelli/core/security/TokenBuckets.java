package io.botticelli.core.security;

import io.botticelli.core.narrative.SecurityPolicy.RateLimit;
import java.time.Duration;
import java.util.Optional;

/** Token buckets that every node of the cluster draws from. Thread-safe. */
public interface TokenBuckets {
  /**
   * Takes a token.
   *
   * @param bucket owner and command, at most 300 characters
   * @return empty when one was taken, else the wait until there is one
   * @throws io.botticelli.core.StoreException if the database fails
   */
  Optional<Duration> take(String bucket, RateLimit limit);
}
