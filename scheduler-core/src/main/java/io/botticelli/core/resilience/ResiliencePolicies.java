package io.botticelli.core.resilience;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries of single steps: model calls and skills. What surrounds a whole run (time-out and
 * breaker) is {@link RunGuard}.
 *
 * <p>Thread-safe. Waits happen on the calling thread and end at once when it is interrupted.
 */
public final class ResiliencePolicies {
  private static final Logger LOG = LoggerFactory.getLogger(ResiliencePolicies.class);

  /** A provider that asks for more than this is not waited for; the run fails as transient. */
  private static final Duration LONGEST_HINT = Duration.ofMinutes(5);

  /** Waits of one call for a breaker that opened while it was retrying. */
  private static final int MAX_REFUSALS = 2;

  private static final Duration SKILL_CAP = Duration.ofSeconds(300);

  private final RetrySettings settings;
  private final DoubleSupplier random;

  /**
   * @param random uniform in 0 (inclusive) to 1 (exclusive), thread-safe
   */
  public ResiliencePolicies(RetrySettings settings, DoubleSupplier random) {
    this.settings = settings;
    this.random = random;
  }

  /**
   * Calls a model, again after transient failures: exponential waits with full jitter, or exactly
   * what the provider asked for.
   *
   * @throws ModelException the last failure; kind {@code INTERRUPTED}, with the interrupt flag set,
   *     when the thread was interrupted while waiting
   */
  public ModelResponse callModel(LanguageModel model, ModelRequest request) {
    ModelAttempts attempts = new ModelAttempts();
    RetryPolicy<ModelResponse> policy =
        RetryPolicy.<ModelResponse>builder()
            .handleIf(failure -> attempts.mayRetry(failure))
            .withMaxAttempts(-1)
            .withDelayFn(context -> attempts.wait(context.getLastException()))
            .onRetryScheduled(
                event ->
                    LOG.warn(
                        "model {} at {}: {}; retry {} in {} ms",
                        request.model(),
                        model.provider(),
                        message(event.getLastException()),
                        event.getAttemptCount(),
                        event.getDelay().toMillis()))
            .build();
    try {
      return Failsafe.with(policy).get(() -> attempts.run(model, request));
    } catch (FailsafeException wrapped) {
      if (wrapped.getCause() instanceof InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new ModelException(
            ModelException.Kind.INTERRUPTED,
            "model " + request.model() + ": interrupted while waiting for a retry",
            0,
            null,
            interrupted);
      }
      throw wrapped;
    }
  }

  /**
   * Runs a step again while its result is a transient failure.
   *
   * @param maxRetries further attempts, at least 0
   * @param delay first wait, doubled each time, at most 300 s
   * @param transientFailure tells results worth another attempt
   * @param askedMs wait a result asks for in ms, 0 = none; the longer one counts
   * @return the last result
   * @throws InterruptedException if the thread is interrupted while waiting
   */
  public <T> T retrySkill(
      int maxRetries,
      Duration delay,
      Predicate<T> transientFailure,
      ToLongFunction<T> askedMs,
      Supplier<T> step)
      throws InterruptedException {
    RetryPolicy<T> policy =
        RetryPolicy.<T>builder()
            .handleResultIf(
                result ->
                    result != null
                        && transientFailure.test(result)
                        && askedMs.applyAsLong(result) <= LONGEST_HINT.toMillis())
            .handleIf(failure -> false)
            .withMaxRetries(maxRetries)
            .withDelayFn(
                context -> {
                  Duration own =
                      ModelRetryTable.doubled(delay, context.getAttemptCount(), SKILL_CAP);
                  Duration asked = Duration.ofMillis(askedMs.applyAsLong(context.getLastResult()));
                  return settings.scaled(asked.compareTo(own) > 0 ? asked : own);
                })
            .build();
    try {
      return Failsafe.with(policy).get(step::get);
    } catch (FailsafeException wrapped) {
      if (wrapped.getCause() instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw wrapped;
    }
  }

  private static String message(@Nullable Throwable failure) {
    return failure == null ? "no answer" : String.valueOf(failure.getMessage());
  }

  /** The attempts of one call; used by one thread. */
  private final class ModelAttempts {
    private @Nullable ModelRetryTable row;
    private int failures;
    private int refusals;

    ModelResponse run(LanguageModel model, ModelRequest request) {
      try {
        return model.generate(request);
      } catch (ModelException failure) {
        if (failure.kind() == ModelException.Kind.CIRCUIT_OPEN) {
          refusals++;
          throw failure;
        }
        failures++;
        if (row == null && failure.isRetryable()) {
          row = ModelRetryTable.rowFor(failure);
        }
        throw failure;
      }
    }

    boolean mayRetry(Throwable failure) {
      if (row == null
          || !(failure instanceof ModelException modelFailure)
          || !modelFailure.isRetryable()
          || modelFailure.retryAfter().orElse(Duration.ZERO).compareTo(LONGEST_HINT) > 0) {
        return false;
      }
      // A breaker this call helped to open costs it none of its attempts; a call that finds it open
      // fails at once.
      if (modelFailure.kind() == ModelException.Kind.CIRCUIT_OPEN && refusals > MAX_REFUSALS) {
        return false;
      }
      return failures <= settings.maxRetries().orElse(row.retries());
    }

    Duration wait(@Nullable Throwable failure) {
      if (failure instanceof ModelException modelFailure && modelFailure.retryAfter().isPresent()) {
        Duration asked = modelFailure.retryAfter().get();
        // The wait of our own breaker is scaled already.
        return modelFailure.kind() == ModelException.Kind.CIRCUIT_OPEN
            ? asked
            : settings.scaled(asked);
      }
      ModelRetryTable chosen = row;
      if (chosen == null) {
        return Duration.ZERO;
      }
      Duration bound =
          settings
              .firstDelay()
              .map(first -> ModelRetryTable.doubled(first, failures, chosen.cap()))
              .orElseGet(() -> chosen.bound(failures));
      return settings.scaled(Duration.ofMillis((long) (bound.toMillis() * random.getAsDouble())));
    }
  }
}
