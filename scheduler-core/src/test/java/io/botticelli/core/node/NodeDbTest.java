package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.config.ConfigException;
import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.NarrativeParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("db")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class NodeDbTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private TestDatabase database;

  @BeforeEach
  void write() throws IOException {
    database = TestDatabase.fresh();
    Files.writeString(
        directory.resolve("server.toml"),
        """
        [server]
        check_interval_seconds = 1
        max_concurrent_actors = 2

        [[actors]]
        name = "greeter"
        config_file = "greeter.toml"
        """);
    Files.writeString(
        directory.resolve("greeter.toml"),
        """
        [actor]
        name = "greeter"
        description = "greets"
        knowledge = []
        skills = ["narrative_execution"]

        [actor.schedule]
        type = "Interval"
        seconds = 3600

        [skills.narrative_execution]
        enabled = true
        narrative_path = "hello.toml"
        """);
    Files.writeString(
        directory.resolve("hello.toml"),
        """
        [narrative]
        name = "hello"
        description = "says hello"
        skip_content_generation = true

        [toc]
        order = ["greet"]

        [acts]
        greet = "Say hello."
        """);
    Files.writeString(
        directory.resolve("quartz.properties"), "org.quartz.scheduler.idleWaitTime = 1000\n");
  }

  @Test
  void runsTheLocalWorkingSetOnceItMayFire() {
    try (Node node = Node.start(settings())) {
      assertThat(executions(node)).as("nothing fires in standby").isEmpty();
      assertThat(node.health().ready()).isFalse();

      node.beginFiring();

      await().atMost(SOON).until(() -> statuses(node).contains(ExecutionStatus.SUCCEEDED));
      await().atMost(SOON).until(() -> node.health().ready());
      assertThat(node.health().state()).as("%s", node.health()).isEqualTo(Health.State.HEALTHY);
      Execution run = executions(node).get(0);
      assertThat(run.definitionVersion()).isEqualTo(node.workingSet().version());
      assertThat(node.history().listRuns(run.id())).hasSize(1);
    }
  }

  @Test
  void aSecondStartWithTheSameFilesFiresNothingTwice() {
    try (Node node = Node.start(settings())) {
      node.beginFiring();
      await().atMost(SOON).until(() -> statuses(node).contains(ExecutionStatus.SUCCEEDED));
    }

    try (Node node = Node.start(settings())) {
      node.beginFiring();
      await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> executions(node).size() == 1);
    }
  }

  @Test
  void aJoiningNodeRunsWhatTheClusterAgreedOn() throws IOException {
    try (Node first = Node.start(settings())) {
      Files.writeString(directory.resolve("greeter.toml"), "[actor]\nname = \"other\"\n");

      try (Node second = Node.start(settings().withJoin(true))) {
        assertThat(second.workingSet().version()).isEqualTo(first.workingSet().version());
      }
    }
  }

  @Test
  void aNodeCannotJoinWhenNothingWasAgreedOn() {
    assertThatThrownBy(() -> Node.start(settings().withJoin(true)))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("without --join");
  }

  @Test
  void aBrokenReloadChangesNothing() throws IOException {
    try (Node node = Node.start(settings())) {
      String before = node.workingSet().version();
      Files.writeString(directory.resolve("greeter.toml"), "[actor\n");

      assertThatThrownBy(node::reload).isInstanceOf(ConfigException.class);

      assertThat(node.workingSet().version()).isEqualTo(before);
      assertThat(node.states().find(new ActorName("greeter")).orElseThrow().enabled()).isTrue();
    }
  }

  @Test
  void aReloadSchedulesWhatChanged() throws IOException {
    try (Node node = Node.start(settings())) {
      String text = Files.readString(directory.resolve("greeter.toml"));
      Files.writeString(directory.resolve("greeter.toml"), text.replace("3600", "7200"));

      Node.Reloaded reloaded = node.reload();

      assertThat(reloaded.changed()).containsExactly(new ActorName("greeter"));
      assertThat(node.workingSet().version()).isEqualTo(reloaded.version());
      assertThat(node.reload().changed()).isEmpty();
    }
  }

  @Test
  void aClockThatIsOffIsRefusedAtTheStart() {
    NodeSettings wrong =
        NodeSettings.of(
                directory,
                directory.resolve("home"),
                "server.toml",
                new Environment(Map.of()),
                Clock.offset(Clock.systemUTC(), Duration.ofSeconds(5)))
            .withDatabaseUrl(Optional.of(database.jdbcUrl()));

    assertThatThrownBy(() -> Node.start(wrong))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("NTP");
  }

  @Test
  void aClockThatGoesWrongMakesTheNodeStandByUntilItIsRight() {
    AtomicReference<Duration> error = new AtomicReference<>(Duration.ZERO);
    Clock drifting =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return Clock.systemUTC().instant().plus(error.get());
          }
        };
    NodeSettings settings =
        NodeSettings.of(
                directory,
                directory.resolve("home"),
                "server.toml",
                new Environment(Map.of()),
                drifting)
            .withDatabaseUrl(Optional.of(database.jdbcUrl()));
    try (Node node = Node.start(settings)) {
      node.beginFiring();
      await().atMost(SOON).until(() -> node.health().ready());

      error.set(Duration.ofSeconds(5));
      node.watch();

      assertThat(node.health().ready()).as("I8: would not fire").isFalse();
      assertThat(node.health().components().get("scheduler").detail()).contains("stands by");

      error.set(Duration.ZERO);
      node.watch();

      await().atMost(SOON).until(() -> node.health().ready());
    }
  }

  @Test
  void inventedTextCannotReachALiveChannelByAccident() throws IOException {
    String text = Files.readString(directory.resolve("greeter.toml"));
    Files.writeString(
        directory.resolve("greeter.toml"),
        text + "\n[platform]\ntype = \"discord\"\nchannel_id = \"900000000000000001\"\n");
    NodeSettings live =
        NodeSettings.of(
                directory,
                directory.resolve("home"),
                "server.toml",
                new Environment(Map.of("DISCORD_TOKEN", "a.b.c")),
                Clock.systemUTC())
            .withDatabaseUrl(Optional.of(database.jdbcUrl()));

    assertThatThrownBy(() -> Node.start(live))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("GEMINI_API_KEY");

    try (Node node = Node.start(live.withOverrideModel(Optional.of("offline")))) {
      assertThat(node.notices()).anyMatch(line -> line.contains("preview channel"));
    }
  }

  @Test
  void aQuartzSettingThatWouldCorruptDataIsRefused() throws IOException {
    Files.writeString(
        directory.resolve("quartz.properties"), "org.quartz.jobStore.isClustered = false\n");

    assertThatThrownBy(() -> Node.start(settings()))
        .hasMessageContaining("org.quartz.jobStore.isClustered")
        .hasMessageContaining("must be true");
  }

  @Test
  void theWorkbenchRunsANarrativeAsAnExecutionOfTheCommandLine() {
    try (Workbench bench = Workbench.open(settings(), false)) {
      Narrative narrative =
          new NarrativeParser(bench.files(), name -> Optional.empty())
              .parse("hello.toml")
              .choose(Optional.empty())
              .narrative();

      Workbench.Outcome outcome =
          bench.runNarrative(
              new Workbench.Request(
                  narrative,
                  "preview",
                  Optional.empty(),
                  Optional.empty(),
                  Map.of(),
                  true,
                  ProgressListener.NONE));

      assertThat(outcome.result().status()).isEqualTo(Status.COMPLETED);
      Execution execution = bench.history().find(outcome.executionId()).orElseThrow();
      assertThat(execution.fire().actor()).isEqualTo(Workbench.ACTOR);
      assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }
  }

  @Test
  void theWorkbenchControlsActorsOfARunningNode() {
    try (Node node = Node.start(settings());
        Workbench bench = Workbench.open(settings(), false)) {
      ActorName greeter = new ActorName("greeter");
      bench.control().pause(greeter, "holiday", "ann");
      node.beginFiring();

      String receipt = bench.control().fire(greeter, Map.of(), true);

      await()
          .atMost(SOON)
          .until(
              () ->
                  executions(node).stream()
                      .anyMatch(
                          run ->
                              run.fire().receipt().equals(receipt)
                                  && run.status() == ExecutionStatus.SUCCEEDED));
      assertThat(node.states().find(greeter).orElseThrow().paused()).isTrue();
      assertThat(bench.control().nextFires(greeter, 3)).as("paused").isEmpty();
      bench.control().resume(greeter, "ann");
      assertThat(bench.control().nextFires(greeter, 3)).hasSize(3);
    }
  }

  @Test
  void theWorkbenchNeedsNoServerFile() throws IOException {
    Files.delete(directory.resolve("server.toml"));

    try (Workbench bench = Workbench.open(settings(), false)) {
      assertThat(bench.tables().listGenerations(Optional.empty(), 10)).isEmpty();
      assertThat(bench.server().maxConcurrentActors()).isEqualTo(4);
    }
  }

  private NodeSettings settings() {
    return NodeSettings.of(
            directory,
            directory.resolve("home"),
            "server.toml",
            new Environment(Map.of()),
            Clock.systemUTC())
        .withDatabaseUrl(Optional.of(database.jdbcUrl()));
  }

  private static List<Execution> executions(Node node) {
    return node.history()
        .list(
            new Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                50,
                Optional.empty()));
  }

  private static List<ExecutionStatus> statuses(Node node) {
    return executions(node).stream().map(Execution::status).toList();
  }
}
