package io.botticelli.core.history.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ExecutionHistory.ActRun;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.NarrativeRun;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.RunRecorder.ActRecord;
import io.botticelli.core.history.RunRecorder.SentInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcRunRecorderDbTest {
  private static final TestDatabase DATABASE = TestDatabase.fresh();

  private final JdbcExecutionHistory history = new JdbcExecutionHistory(DATABASE.transactions());
  private final JdbcRunRecorder recorder = new JdbcRunRecorder(DATABASE.transactions());
  private final Fence fence = new Fence(DATABASE.openExecution("writer"), 1);

  @Test
  void givesBackRunsActsAndInputsAsTheyWereSent() {
    recorder.startRun(fence, "r1", Optional.empty(), "generation", "writes", "gen.toml", 2);
    recorder.startRun(fence, "r2", Optional.of("r1"), "nested", "", "gen.toml", 0);
    List<SentInput> inputs =
        List.of(
            new SentInput("text", "say \u0000", Optional.empty(), Optional.empty()),
            new SentInput("image", "", Optional.of("image/png"), Optional.of("a.png")));
    recorder.recordAct(fence, "r1", act(0, "draft", inputs, 7));
    recorder.recordAct(fence, "r1", act(1, "store", List.of(), -1));
    recorder.finishRun(fence, "r1", "completed", "stored", Optional.empty());

    List<NarrativeRun> runs = history.listRuns(fence.executionId());

    assertThat(runs).extracting(NarrativeRun::runId).containsExactly("r1", "r2");
    assertThat(runs.get(0).acts()).extracting(ActRun::name).containsExactly("draft", "store");
    assertThat(runs.get(0).acts().get(0).response()).isEqualTo("answer \u2400");
    assertThat(runs.get(0).acts().get(0).inputs())
        .containsExactly(
            new SentInput("text", "say \u2400", Optional.empty(), Optional.empty()), inputs.get(1));
    assertThat(runs.get(0).acts().get(1).tokensIn()).as("not reported").isEqualTo(-1);
    assertThat(DATABASE.number("SELECT tokens_in FROM narrative_executions WHERE run_id = 'r1'"))
        .isEqualTo(7);
    assertThat(runs.get(0).status()).isEqualTo("completed");
    assertThat(runs.get(1).parentRunId()).contains("r1");
  }

  @Test
  void writesNothingOnceTheExecutionWasTakenOver() {
    recorder.startRun(fence, "stale", Optional.empty(), "generation", "", "", 0);
    DATABASE.execute(
        "UPDATE actor_server_executions SET epoch = 2 WHERE id = " + fence.executionId());

    assertThatThrownBy(() -> recorder.recordAct(fence, "stale", act(0, "draft", List.of(), 1)))
        .as("I4")
        .isInstanceOf(StaleExecutionException.class);
    assertThatThrownBy(
            () -> recorder.finishRun(fence, "stale", "completed", "none", Optional.empty()))
        .isInstanceOf(StaleExecutionException.class);

    assertThat(history.listRuns(fence.executionId()).get(0).acts()).isEmpty();
  }

  @Test
  void closingTheExecutionEndsRunsThatWereStillOpen() {
    recorder.startRun(fence, "open", Optional.empty(), "generation", "", "", 0);

    history.close(
        fence,
        new ExecutionResult(
            ExecutionStatus.FAILED, Optional.empty(), Optional.empty(), 0, 1, 0, 0, 0, Map.of()));

    NarrativeRun run = history.listRuns(fence.executionId()).get(0);
    assertThat(run.status()).isEqualTo("failed");
    assertThat(run.error()).contains("interrupted: the execution ended");
  }

  @Test
  void keepsAHashOfWhatAnActWasAsked() {
    recorder.startRun(fence, "h1", Optional.empty(), "generation", "", "", 0);
    recorder.recordAct(fence, "h1", act(0, "a", List.of(text("one"), text("two")), 1));
    recorder.recordAct(fence, "h1", act(1, "b", List.of(text("one"), text("two")), 1));
    recorder.recordAct(fence, "h1", act(2, "c", List.of(text("onet"), text("wo")), 1));
    recorder.recordAct(fence, "h1", act(3, "d", List.of(), 1));

    List<ActRun> acts = history.listRuns(fence.executionId()).get(0).acts();

    assertThat(acts.get(0).promptHash().orElseThrow()).matches("[0-9a-f]{64}");
    assertThat(acts.get(1).promptHash()).isEqualTo(acts.get(0).promptHash());
    assertThat(acts.get(2).promptHash()).isPresent().isNotEqualTo(acts.get(0).promptHash());
    assertThat(acts.get(3).promptHash()).as("nothing was asked").isEmpty();
    assertThat(PromptHash.of(acts.get(0).inputs()))
        .as("computed again from the record")
        .isEqualTo(acts.get(0).promptHash());
    assertThat(acts.get(0).temperature()).contains(0.7);
    assertThat(acts.get(0).maxTokens()).contains(100);
  }

  private static SentInput text(String text) {
    return new SentInput("text", text, Optional.empty(), Optional.empty());
  }

  private static ActRecord act(int sequence, String name, List<SentInput> inputs, long tokens) {
    return new ActRecord(
        sequence,
        name,
        Optional.of("offline"),
        Optional.of(0.7),
        Optional.of(100),
        inputs,
        "answer \u0000",
        tokens,
        tokens,
        "stop",
        12,
        3,
        "completed",
        Optional.empty());
  }
}
