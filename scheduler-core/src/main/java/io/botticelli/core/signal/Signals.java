package io.botticelli.core.signal;

import java.util.function.Consumer;

/**
 * Hints between the processes that share a database. Each may be lost, doubled or late, and anybody
 * who may use the database can send one: a receiver looks at the rows, never trusts the text.
 * Thread-safe.
 */
public interface Signals {
  /** Longest payload in bytes of UTF-8; PostgreSQL takes less than 8000 with everything around. */
  int MAX_PAYLOAD_BYTES = 4000;

  /** An execution is to be cancelled; payload: its id. */
  String CANCEL = "cancel";

  /** The cluster agreed on another version of the working set; payload: "". */
  String DEFINITION = "definition";

  /** Something about a member of the cluster changed; payload: its instance id. */
  String NODE = "node";

  /** Reaches nobody. */
  Signals NONE =
      new Signals() {
        @Override
        public void publish(String topic, String payload) {}

        @Override
        public Subscription subscribe(String topic, Consumer<String> handler) {
          return () -> {};
        }
      };

  /**
   * Sends a hint to every process, this one included. A database that is away is logged, not
   * thrown: whoever should have been told finds out by itself.
   *
   * @param topic letters, digits, {@code _}, {@code .} and {@code -}, 1..40 characters
   * @param payload at most {@link #MAX_PAYLOAD_BYTES} bytes, without NUL
   * @throws IllegalArgumentException if topic or payload is none of these
   */
  void publish(String topic, String payload);

  /**
   * Receives hints of a topic until the subscription is closed.
   *
   * @param handler called on the one thread of all hints, so it must return soon; what it throws is
   *     logged. Called with "" when hints may have been lost, after the connection was made or made
   *     again: look at everything
   */
  Subscription subscribe(String topic, Consumer<String> handler);

  /** Ends with {@link #close}. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
