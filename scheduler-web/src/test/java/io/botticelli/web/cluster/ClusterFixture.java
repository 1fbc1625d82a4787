package io.botticelli.web.cluster;

import io.botticelli.core.db.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A database, twenty actors, and nodes that end with the test. */
abstract class ClusterFixture {
  static final int ACTORS = 20;
  static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  final TestDatabase database = TestDatabase.fresh();
  final FireWatch watch = new FireWatch(database);
  final FireChecker checker = new FireChecker(database, FireSet.PERIOD, "fire_rows");
  final FireSet set;

  @TempDir private Path directory;
  private final List<NodeProcess> nodes = new ArrayList<>();

  ClusterFixture(Duration checkIn) {
    this.set = new FireSet(database, ACTORS, checkIn);
  }

  @AfterEach
  void endNodes() {
    nodes.forEach(NodeProcess::close);
  }

  NodeProcess start(String name) {
    NodeProcess node = set.start(name, directory);
    nodes.add(node);
    return node;
  }

  /** Starts two nodes at the same time and waits until both are ready. */
  List<NodeProcess> startBoth(String one, String other) {
    List<NodeProcess> both = List.of(start(one), start(other));
    both.forEach(NodeProcess::awaitReady);
    return both;
  }
}
