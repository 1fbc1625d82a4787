package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {
  @Test
  void hangUpAsksForAReloadAndStopsNothing() throws Exception {
    CountDownLatch twice = new CountDownLatch(2);
    try (Signals signals = Signals.install(() -> {})) {
      signals.listenToHangUp(twice::countDown);

      raise("HUP");
      raise("HUP");

      assertThat(twice.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(signals.isStopping()).isFalse();
    }
  }

  @Test
  void hangUpRunsWithAClassLoader() throws Exception {
    CompletableFuture<Optional<ClassLoader>> loader = new CompletableFuture<>();
    try (Signals signals = Signals.install(() -> {})) {
      signals.listenToHangUp(
          () ->
              loader.complete(Optional.ofNullable(Thread.currentThread().getContextClassLoader())));

      raise("HUP");

      assertThat(loader.get(10, TimeUnit.SECONDS)).contains(Signals.class.getClassLoader());
    }
  }

  /** By reflection, because the compiler warns about naming the class. */
  private static void raise(String name) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    signal
        .getMethod("raise", signal)
        .invoke(null, signal.getConstructor(String.class).newInstance(name));
  }
}
