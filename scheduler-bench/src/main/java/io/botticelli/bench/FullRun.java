package io.botticelli.bench;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.engine.EnginePorts;
import io.botticelli.core.engine.EngineSettings;
import io.botticelli.core.engine.NarrativeEngine;
import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import io.botticelli.core.engine.NarrativeRunner.RunRequest;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.history.jdbc.JdbcExecutionHistory;
import io.botticelli.core.history.jdbc.JdbcRunRecorder;
import io.botticelli.core.media.InputMediaSources;
import io.botticelli.core.media.http.HttpMediaSettings;
import io.botticelli.core.media.http.HttpUrlMedia;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.platform.noop.NoopPlatform;
import io.botticelli.core.posting.PostingSettings;
import io.botticelli.core.posting.jdbc.JdbcOutboundPosts;
import io.botticelli.core.scheduling.LeaseKeeper;
import io.botticelli.core.security.CommandGate;
import io.botticelli.core.security.CommandSecurity;
import io.botticelli.core.security.SecurityMode;
import io.botticelli.core.security.jdbc.JdbcApprovals;
import io.botticelli.core.security.jdbc.JdbcTokenBuckets;
import io.botticelli.core.state.jdbc.JdbcNarrativeState;
import io.botticelli.core.table.TableSettings;
import io.botticelli.core.table.jdbc.JdbcContentTables;
import io.botticelli.core.toml.MemorySourceFiles;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A whole run as a node makes it: opened, kept, three acts, one row, closed. */
final class FullRun implements AutoCloseable {
  private static final ActorName ACTOR = new ActorName("bench");
  private static final String FILE =
      """
      [narrative]
      name = "bench_rows"
      target = "bench_rows"

      [toc]
      order = ["draft", "mend", "shape"]

      [acts]
      draft = ["Write a draft for the channel."]
      mend = ["Make this better: {{draft}}"]
      shape = ["Answer with a JSON object."]
      """;

  private final Clock clock = Clock.systemUTC();
  private final ExecutionHistory history;
  private final LeaseKeeper leases;
  private final NarrativeEngine engine;
  private final Narrative narrative;

  FullRun(Transactions transactions) {
    InstantModel model = new InstantModel();
    NoopPlatform platform = new NoopPlatform(clock);
    history = new JdbcExecutionHistory(transactions);
    leases = new LeaseKeeper(history);
    engine =
        new NarrativeEngine(
            new EnginePorts(
                model,
                LanguageModel::generate,
                new JdbcContentTables(transactions, TableSettings.DEFAULT),
                new InputMediaSources(new HttpUrlMedia(HttpMediaSettings.of(false, List.of()))),
                name -> Optional.of(platform),
                new JdbcOutboundPosts(transactions, PostingSettings.defaults()),
                new JdbcRunRecorder(transactions),
                new JdbcNarrativeState(transactions),
                name -> Optional.empty(),
                clock,
                () -> UUID.randomUUID().toString(),
                new CommandSecurity(
                    SecurityMode.PERMISSIVE,
                    Optional.empty(),
                    new CommandGate(new JdbcTokenBuckets(transactions), clock),
                    new JdbcApprovals(transactions))),
            EngineSettings.DEFAULTS);
    narrative =
        new NarrativeParser(
                new MemorySourceFiles(Map.of("bench.toml", FILE)), name -> Optional.empty())
            .parse("bench.toml")
            .choose(Optional.empty())
            .narrative();
  }

  void run() {
    FireIdentity fire =
        new FireIdentity(
            ACTOR,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            Kind.MANUAL,
            UUID.randomUUID().toString());
    OpenOutcome outcome =
        history.open(new OpenRequest(fire, "bench", false, "", Map.of(), leases.lease()));
    if (!(outcome instanceof OpenOutcome.Opened opened)) {
      throw new IllegalStateException("a fresh receipt cannot belong to another execution");
    }
    Fence fence = opened.fence();
    try (LeaseKeeper.Held kept = leases.keep(fence)) {
      RunResult result = engine.run(request(fence));
      if (result.status() != Status.COMPLETED || result.rowsStored() != 1) {
        throw new IllegalStateException("the run is not what is to be measured: " + result);
      }
      history.close(fence, closing(result));
    }
  }

  private RunRequest request(Fence fence) {
    return new RunRequest(
        narrative,
        fence,
        ACTOR.value(),
        "noop",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        true,
        ProgressListener.NONE);
  }

  private static ExecutionResult closing(RunResult result) {
    return new ExecutionResult(
        ExecutionStatus.SUCCEEDED,
        Optional.empty(),
        Optional.empty(),
        1,
        0,
        0,
        result.tokensIn(),
        result.tokensOut(),
        Map.of("rows_stored", result.rowsStored()));
  }

  @Override
  public void close() {
    leases.close();
  }
}
