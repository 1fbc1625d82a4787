package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.db.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the delay of fires, from due to started, at 50 fires a second on two nodes with the
 * shipped check-in and a database that writes its commits to disk. No part of any build, its
 * figures are the machine's: {@code mvn -pl scheduler-core,scheduler-web test -Dtest=FireDelayBench
 * -Dsurefire.failIfNoSpecifiedTests=false}, with {@code -Dbench.seconds=60}.
 */
@Tag("bench")
class FireDelayBench {
  private static final int ACTORS = 100;
  private static final int NODES = 2;
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void endEverything() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void fiftyFiresASecondOnTwoNodes() {
    Duration span = Duration.ofSeconds(Integer.getInteger("bench.seconds", 60));
    DatabaseServer server = DatabaseServer.create(directory, Map.of(), "fsync=on");
    open.add(server);
    TestDatabase database = TestDatabase.on(server.port());
    FireSet set = new FireSet(database, FireSet.Shape.of(ACTORS, Duration.ofMillis(7_500)));
    FireWatch watch = new FireWatch(database);
    List<NodeProcess> nodes =
        IntStream.range(0, NODES)
            .mapToObj(i -> set.start("bench-" + i, directory, Optional.empty(), Map.of()))
            .toList();
    open.addAll(nodes);
    nodes.forEach(NodeProcess::awaitReady);
    watch.awaitSucceeded(ACTORS);
    Trial.pause(WARM_UP);
    set.anchor();

    Instant from = Instant.now();
    Trial.pause(span);
    Instant to = Instant.now();
    Trial.pause(Duration.ofSeconds(3));

    FireReport report =
        new FireMatcher(database, "fire_rows")
            .judge("fire-delay", set.due(from, to), new FaultLog());
    System.out.println(report.line());
    assertThat(report.problems()).as(report.timeline()).isEmpty();
  }
}
