package io.botticelli.core.engine;

import io.botticelli.core.FailureClass;
import io.botticelli.core.history.Fence;
import io.botticelli.core.media.MediaFiles;
import io.botticelli.core.narrative.Narrative;
import java.util.Map;
import java.util.Optional;

/**
 * Runs one narrative for one execution. Thread-safe; each run is confined to its calling thread.
 */
public interface NarrativeRunner {
  /**
   * Runs a narrative with all its carousel iterations and nested narratives. Reacts to a thread
   * interrupt between inputs and acts and inside model calls by ending as {@code CANCELLED}.
   *
   * @return how it ended; failures of the narrative are in the result, not thrown
   * @throws io.botticelli.core.StaleExecutionException if the execution was taken over
   * @throws io.botticelli.core.StoreException if the database fails
   */
  RunResult run(RunRequest request);

  /**
   * What to run.
   *
   * @param actor actor name, or {@code cli}
   * @param platform platform the {@code discord} commands go to: {@code discord}, {@code preview},
   *     {@code noop}
   * @param channelId the actor's default channel
   * @param defaultModel model when the narrative names none, or empty for the server's default
   * @param overrideModel model that replaces every model named in the narrative (for example {@code
   *     offline}), or empty
   * @param variables extra placeholders
   * @param saveContent false: no rows are stored
   * @param listener told about progress on the calling thread
   * @param scope what tells this run from other runs of the same execution, for example skill and
   *     drain pass; the same on every attempt, because message keys and row claims are derived from
   *     it; may be empty when the execution runs one narrative once
   * @param mediaFiles media files of the version the narrative belongs to
   */
  record RunRequest(
      Narrative narrative,
      Fence fence,
      String actor,
      String platform,
      Optional<String> channelId,
      Optional<String> defaultModel,
      Optional<String> overrideModel,
      Map<String, String> variables,
      boolean saveContent,
      ProgressListener listener,
      String scope,
      MediaFiles mediaFiles) {
    public RunRequest {
      variables = Map.copyOf(variables);
    }

    /** Creates a request for the only run of its execution, without media files. */
    public RunRequest(
        Narrative narrative,
        Fence fence,
        String actor,
        String platform,
        Optional<String> channelId,
        Optional<String> defaultModel,
        Optional<String> overrideModel,
        Map<String, String> variables,
        boolean saveContent,
        ProgressListener listener) {
      this(
          narrative,
          fence,
          actor,
          platform,
          channelId,
          defaultModel,
          overrideModel,
          variables,
          saveContent,
          listener,
          "",
          MediaFiles.NONE);
    }
  }

  /**
   * How a run ended.
   *
   * @param status {@code COMPLETED}, {@code FAILED}, {@code SKIPPED}, {@code CANCELLED}, {@code
   *     WAITING_APPROVAL}
   * @param response last act's response, "" when there is none
   * @param errorCode stable code of the failure or skip reason, or empty
   * @param retryable true when the failure was transient
   * @param retryAfterMs wait asked for by the provider, 0 = none
   * @param contentFailed true when rows were wanted and could not be stored
   * @param failureClass what kind of failure it was; means nothing when it did not fail
   */
  record RunResult(
      Status status,
      String runId,
      String response,
      Optional<String> errorCode,
      Optional<String> errorMessage,
      boolean retryable,
      long retryAfterMs,
      boolean contentFailed,
      int modelCalls,
      int rowsStored,
      int postsSent,
      long tokensIn,
      long tokensOut,
      int iterationsCompleted,
      int iterationsFailed,
      FailureClass failureClass) {}

  /** How a run ended. */
  enum Status {
    COMPLETED,
    FAILED,
    SKIPPED,
    CANCELLED,
    /** A command waits for a person; {@code response} names the approval. */
    WAITING_APPROVAL
  }

  /** Told about progress; must not throw and must return quickly. */
  interface ProgressListener {
    /** Ignores everything. */
    ProgressListener NONE = new ProgressListener() {};

    /**
     * A narrative (top level or nested) starts a pass.
     *
     * @param depth 0 = the requested narrative
     * @param iteration 1-based
     * @param iterations total
     */
    default void iterationStarted(String narrative, int depth, int iteration, int iterations) {}

    /** An act starts. */
    default void actStarted(String narrative, int depth, int sequence, int acts, String act) {}

    /** An act ended. */
    default void actFinished(
        String narrative, int depth, int sequence, int acts, String act, String status) {}

    /** Something a person should know but that stops nothing. */
    default void warning(String message) {}
  }
}
