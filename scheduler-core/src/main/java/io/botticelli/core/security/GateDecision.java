package io.botticelli.core.security;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/** What becomes of a command. */
public sealed interface GateDecision {
  /** It is carried out. */
  record Allowed() implements GateDecision {}

  /**
   * It is not carried out.
   *
   * @param code {@code command_denied}, {@code resource_denied}, {@code argument_refused}, {@code
   *     content_filtered} or {@code command_rate_limited}
   * @param reason for people, without the text that was judged
   * @param retryAfter when it may be tried again, or empty when it would be denied again
   */
  record Denied(String code, String reason, Optional<Duration> retryAfter)
      implements GateDecision {}

  /** It waits for a person. */
  record NeedsApproval(String reason) implements GateDecision {}

  /**
   * It would be carried out, but nothing is.
   *
   * @param result what stands for its result
   */
  record DryRun(JsonNode result) implements GateDecision {}
}
