package io.botticelli.core.model;

/**
 * A provider's answer.
 *
 * @param text may be empty
 * @param model model that really answered
 * @param tokensIn prompt tokens, -1 = not reported
 * @param tokensOut completion tokens, -1 = not reported
 * @param finishReason {@code stop}, {@code length}, {@code safety}, or what the provider says
 */
public record ModelResponse(
    String text, String model, long tokensIn, long tokensOut, String finishReason) {
  /** Tells whether the output limit cut the answer. */
  public boolean isTruncated() {
    return "length".equals(finishReason);
  }
}
