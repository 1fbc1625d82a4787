package io.botticelli.core.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.resilience.DependencyBreakers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A platform that is left alone for a while after it failed again and again. Thread-safe. */
final class GuardedPlatform implements PostingPlatform {
  private final PostingPlatform platform;
  private final DependencyBreakers breakers;

  GuardedPlatform(PostingPlatform platform, DependencyBreakers breakers) {
    this.platform = platform;
    this.breakers = breakers;
  }

  @Override
  public String name() {
    return platform.name();
  }

  @Override
  public String canonical(String command) {
    return platform.canonical(command);
  }

  @Override
  public boolean isWrite(String command) {
    return platform.isWrite(command);
  }

  @Override
  public int messageLimit() {
    return platform.messageLimit();
  }

  @Override
  public JsonNode execute(PlatformCommand command) {
    return guarded(() -> platform.execute(command));
  }

  @Override
  public PostReceipt post(Post post) {
    return guarded(() -> platform.post(post));
  }

  @Override
  public Optional<PostReceipt> find(Post post, Instant since) {
    return guarded(() -> platform.find(post, since));
  }

  @Override
  public List<PostReceipt> findAll(Post post, Instant since) {
    return guarded(() -> platform.findAll(post, since));
  }

  private <T> T guarded(Supplier<T> call) {
    Optional<Duration> wait = breakers.tryAcquire(name());
    if (wait.isPresent()) {
      throw new PlatformException(
          Kind.UNAVAILABLE,
          PlatformException.Outcome.REJECTED,
          "platform "
              + name()
              + " failed again and again and is not asked for "
              + wait.get().toMillis()
              + " ms; nothing was sent",
          wait.get(),
          null);
    }
    try {
      T result = call.get();
      breakers.answered(name());
      return result;
    } catch (PlatformException failure) {
      if (failure.kind() == Kind.UNAVAILABLE) {
        breakers.failed(name(), String.valueOf(failure.getMessage()));
      } else {
        breakers.answered(name());
      }
      throw failure;
    } catch (RuntimeException | Error other) {
      breakers.undecided(name());
      throw other;
    }
  }
}
