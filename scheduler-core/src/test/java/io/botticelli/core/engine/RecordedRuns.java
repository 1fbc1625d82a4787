package io.botticelli.core.engine;

import io.botticelli.core.history.Fence;
import io.botticelli.core.history.RunRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Remembers what was recorded of runs and acts. */
final class RecordedRuns implements RunRecorder {
  final List<Started> started = new ArrayList<>();
  final List<Recorded> acts = new ArrayList<>();
  final List<Finished> finished = new ArrayList<>();

  record Started(String runId, Optional<String> parent, String narrative, int iteration) {}

  record Recorded(String runId, ActRecord act) {}

  record Finished(String runId, String status, String contentStatus, Optional<String> error) {}

  @Override
  public void startRun(
      Fence fence,
      String runId,
      Optional<String> parentRunId,
      String narrative,
      String description,
      String file,
      int iteration) {
    started.add(new Started(runId, parentRunId, narrative, iteration));
  }

  @Override
  public void recordAct(Fence fence, String runId, ActRecord act) {
    acts.add(new Recorded(runId, act));
  }

  @Override
  public void finishRun(
      Fence fence, String runId, String status, String contentStatus, Optional<String> error) {
    finished.add(new Finished(runId, status, contentStatus, error));
  }

  ActRecord act(String name) {
    return acts.stream()
        .map(Recorded::act)
        .filter(act -> act.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("act " + name + " was not recorded: " + acts));
  }
}
