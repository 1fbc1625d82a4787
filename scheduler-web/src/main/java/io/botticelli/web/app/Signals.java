package io.botticelli.web.app;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * SIGTERM and SIGINT: the first asks for an orderly stop, the second ends the process at once;
 * SIGHUP where somebody listens to it.
 *
 * <p>Shutdown hooks cannot do this: the JVM ignores a second signal while they run. The handler
 * class is reached by reflection because the compiler warns about naming it; where it is missing
 * the JVM's own behaviour stays.
 */
final class Signals implements AutoCloseable {
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicInteger received = new AtomicInteger();
  private final Runnable onFirst;
  private final Map<String, Object> before = new LinkedHashMap<>();

  private Signals(Runnable onFirst) {
    this.onFirst = onFirst;
  }

  /**
   * Starts listening.
   *
   * @param onFirst run on the signal's thread when the first signal arrives; must return quickly
   */
  static Signals install(Runnable onFirst) {
    Signals signals = new Signals(onFirst);
    signals.handle("TERM");
    signals.handle("INT");
    return signals;
  }

  /**
   * Also listens to SIGHUP. Without this the process ends when its terminal is closed.
   *
   * @param onHangUp run on a thread of its own for each signal, unless the terminal of the process
   *     is gone: then it stops in order
   */
  void listenToHangUp(Runnable onHangUp) {
    handle(
        "HUP",
        () -> {
          if (Terminal.isGone()) {
            receive();
          } else {
            // The JVM gives its signal threads no class loader, and Quartz builds proxies with it.
            Thread.currentThread().setContextClassLoader(Signals.class.getClassLoader());
            onHangUp.run();
          }
        });
  }

  /** Waits for a signal or for the time to pass; true = a signal came. */
  boolean await(long timeout, TimeUnit unit) throws InterruptedException {
    return stop.await(timeout, unit);
  }

  /** Waits for a signal. */
  void await() throws InterruptedException {
    stop.await();
  }

  /** Tells whether a signal came. */
  boolean isStopping() {
    return stop.getCount() == 0;
  }

  /** Gives the signals back to whoever handled them before. */
  @Override
  public void close() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Method handle = signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"));
      for (Map.Entry<String, Object> old : before.entrySet()) {
        handle.invoke(
            null, signal.getConstructor(String.class).newInstance(old.getKey()), old.getValue());
      }
    } catch (ReflectiveOperationException unavailable) {
      throw new IllegalStateException("what was installed can be taken away", unavailable);
    }
  }

  private void receive() {
    if (received.incrementAndGet() > 1) {
      Runtime.getRuntime().halt(ExitCodes.INTERRUPTED);
    }
    onFirst.run();
    stop.countDown();
  }

  private void handle(String name) {
    handle(name, this::receive);
  }

  private void handle(String name, Runnable receiver) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                switch (method.getName()) {
                  case "handle" -> receiver.run();
                  case "hashCode" -> {
                    return System.identityHashCode(self);
                  }
                  case "equals" -> {
                    return self == arguments[0];
                  }
                  default -> {
                    return "signal handler";
                  }
                }
                return null;
              });
      Object old =
          signal
              .getMethod("handle", signal, handler)
              .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      before.put(name, old);
    } catch (ReflectiveOperationException unavailable) {
      org.slf4j.LoggerFactory.getLogger(Signals.class)
          .warn("SIG{} cannot be handled here; the process stops without grace", name);
    }
  }
}
