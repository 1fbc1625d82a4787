package io.botticelli.core.engine;

import io.botticelli.core.engine.NarrativeRunner.RunRequest;
import io.botticelli.core.history.Fence;
import io.botticelli.core.model.ModelResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all passes of one run share, nested ones included: the request, counters, variables and the
 * warnings and notes already given. Confined to the run's thread.
 */
final class RunSession {
  private static final Logger LOG = LoggerFactory.getLogger(NarrativeEngine.class);

  private final RunRequest request;
  private final Map<String, String> variables = new HashMap<>();
  private final Set<String> warned = new HashSet<>();
  private final CommandResults results = new CommandResults();
  private boolean dryRun;
  private int modelCalls;
  private int rowsStored;
  private int postsSent;
  private long tokensIn;
  private long tokensOut;

  RunSession(RunRequest request) {
    this.request = request;
  }

  RunRequest request() {
    return request;
  }

  Fence fence() {
    return request.fence();
  }

  /** Returns the results of reading commands of this run. */
  CommandResults results() {
    return results;
  }

  /** Remembers that a command was not carried out although its result says so. */
  void markDryRun() {
    dryRun = true;
  }

  boolean hasDryRun() {
    return dryRun;
  }

  /** Gives a warning once per run, however often the same thing happens. */
  void warn(String message) {
    if (warned.add(message)) {
      LOG.warn("{}", message);
      request.listener().warning(message);
    }
  }

  /** Logs what is normal but worth knowing, once per run. */
  void note(String message) {
    if (warned.add(message)) {
      LOG.info("{}", message);
    }
  }

  /** Sets a variable captured during this run. */
  void setVariable(String name, String value) {
    variables.put(name, value);
  }

  /** Finds a captured variable, else one of the request, else the actor's channel. */
  Optional<String> findVariable(String name) {
    String captured = variables.get(name);
    if (captured != null) {
      return Optional.of(captured);
    }
    String given = request.variables().get(name);
    if (given != null) {
      return Optional.of(given);
    }
    if ("channel_id".equals(name) || "platform.channel_id".equals(name)) {
      return request.channelId();
    }
    return Optional.empty();
  }

  void countCall(ModelResponse response) {
    tokensIn += Math.max(0, response.tokensIn());
    tokensOut += Math.max(0, response.tokensOut());
  }

  void countCallAttempt() {
    modelCalls++;
  }

  void countRows(int rows) {
    rowsStored += rows;
  }

  void countPost() {
    postsSent++;
  }

  int modelCalls() {
    return modelCalls;
  }

  int rowsStored() {
    return rowsStored;
  }

  int postsSent() {
    return postsSent;
  }

  long tokensIn() {
    return tokensIn;
  }

  long tokensOut() {
    return tokensOut;
  }
}
