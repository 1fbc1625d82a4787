package io.botticelli.web.app;

import io.botticelli.web.api.ActorDetailView;
import io.botticelli.web.api.ActorView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Words for people about an actor. */
final class ActorNotes {
  private static final int SHORT_VERSION = 12;

  private ActorNotes() {}

  /** Returns what is out of the ordinary with an actor, "" when nothing is. */
  static String of(ActorView actor) {
    return notes(actor, true);
  }

  /** As {@link #of}, for a list under a line that tells of the cluster's pause. */
  static String ofRow(ActorView actor) {
    return notes(actor, false);
  }

  private static String notes(ActorView actor, boolean withCluster) {
    List<String> notes = new ArrayList<>();
    boolean byCluster = actor.pauseScope().equals(Optional.of("cluster"));
    if (actor.paused() && (withCluster || !byCluster)) {
      notes.add(
          pause(
              byCluster ? "the cluster is paused" : "paused",
              actor.pausedBy(),
              actor.pausedUntil(),
              actor.pauseReason()));
    }
    if (!actor.breakerState().equals("closed")) {
      notes.add(
          "breaker "
              + actor.breakerState().replace('_', ' ')
              + " after "
              + failures(actor)
              + actor
                  .breakerNextProbeAt()
                  .map(at -> ", next try " + Output.time(at))
                  .orElse(", resume it to try"));
    } else if (actor.consecutiveFailures() > 0) {
      notes.add(failures(actor) + " in a row");
    }
    return String.join("; ", notes);
  }

  private static String failures(ActorView actor) {
    int failures = actor.consecutiveFailures();
    return failures == 1 ? "1 failure" : failures + " failures";
  }

  /** Returns a pause in words. */
  static String pause(
      String what, Optional<String> by, Optional<Instant> until, Optional<String> reason) {
    return what
        + by.map(who -> " by " + who).orElse("")
        + until.map(end -> " until " + Output.time(end)).orElse("")
        + reason.map(why -> ": " + why).orElse("");
  }

  /** Prints one actor. */
  static void print(Output output, ActorDetailView detail) {
    ActorView actor = detail.actor();
    output.line(
        actor.name()
            + ": "
            + actor.state()
            + (actor.description().isBlank() ? "" : " (" + actor.description() + ")"));
    String note = of(actor);
    if (!note.isEmpty()) {
      line(output, "note", note);
    }
    line(output, "schedule", actor.schedule() + ", " + actor.timezone());
    line(output, "next run", actor.nextRun().map(Output::time).orElse("-"));
    line(
        output,
        "last run",
        actor.lastRun().map(Output::time).orElse("never")
            + actor.lastStatus().map(status -> ", " + status).orElse(""));
    line(
        output,
        "runs",
        detail.runsSucceeded()
            + " succeeded, "
            + detail.runsFailed()
            + " failed, "
            + detail.runsSkipped()
            + " skipped"
            + detail
                .recentSuccessRate()
                .map(rate -> String.format(Locale.ROOT, "; lately %.0f %%", rate * 100))
                .orElse(""));
    line(output, "platform", actor.platform());
    detail.config().ifPresent(config -> print(output, config));
    line(output, "definition", shortened(actor.definitionVersion()));
  }

  private static void print(Output output, ActorDetailView.Config config) {
    config.channelId().ifPresent(channel -> line(output, "channel", channel));
    if (!config.after().isEmpty()) {
      line(output, "after", String.join(", ", config.after()));
    }
    config.concurrencyGroup().ifPresent(group -> line(output, "group", group));
    ActorDetailView.ExecutionConfig execution = config.execution();
    line(
        output,
        "execution",
        execution.maxRetries()
            + " retries, time-out "
            + execution.timeoutSeconds()
            + " s"
            + (execution.drainQueue()
                ? ", drains its queue up to " + execution.maxIterations() + " times"
                : ""));
    for (ActorDetailView.SkillConfig skill : config.skills()) {
      line(
          output,
          "skill",
          skill.name()
              + (skill.enabled() ? "" : ", disabled")
              + skill.narrativePath().map(path -> ", " + path).orElse("")
              + skill.narrativeName().map(name -> "." + name).orElse("")
              + skill.model().map(model -> ", model " + model).orElse(""));
    }
  }

  private static String shortened(String version) {
    return version.substring(0, Math.min(SHORT_VERSION, version.length()));
  }

  private static void line(Output output, String label, String value) {
    output.line(String.format(Locale.ROOT, "  %-11s%s", label, value));
  }
}
