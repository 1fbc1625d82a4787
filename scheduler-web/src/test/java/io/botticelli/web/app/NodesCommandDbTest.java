package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.db.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("db")
class NodesCommandDbTest {
  @TempDir private Path directory;
  private TestDatabase database;
  private CommandRun run;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    run = CommandRun.in(directory).on(database);
    database.execute(
        "INSERT INTO cluster_nodes (instance_id, host, pid, running) VALUES ('one-1', 'one', 1, 2)",
        "INSERT INTO cluster_nodes (instance_id, started_at, last_seen)"
            + " VALUES ('two-2', now() - interval '2 h', now() - interval '1 h')");
  }

  @Test
  void listsNodesAndTellsWhichAreLost() {
    CommandRun.Result listed = run.run("nodes", "list", "--json");

    assertThat(listed.code()).as(listed.everything()).isZero();
    JsonNode items = listed.json().get("items");
    assertThat(items).hasSize(2);
    assertThat(items.get(0).get("node").asText()).isEqualTo("two-2");
    assertThat(items.get(0).get("state").asText()).isEqualTo("lost");
    assertThat(items.get(1).get("state").asText()).isEqualTo("up");
    assertThat(items.get(1).get("running").asInt()).isEqualTo(2);
    assertThat(run.run("nodes", "list").out()).contains("one-1").contains("lost");
  }

  @Test
  void drainsAndResumesANode() {
    assertThat(run.run("nodes", "drain", "one-1").code()).isZero();
    assertThat(drainedBy()).isEqualTo(System.getProperty("user.name"));

    assertThat(run.run("nodes", "resume", "one-1").code()).isZero();
    assertThat(drainedBy()).isNull();
  }

  @Test
  void tellsWhetherAnyNodeFires() {
    assertThat(run.run("cluster", "status").out()).contains("not paused", "nodes up: 1");
    database.execute("UPDATE cluster_nodes SET state = 'draining'");

    assertThat(run.run("cluster", "status").out())
        .contains("no node fires (one-1 is draining)")
        .doesNotContain("two-2");
    database.execute("DELETE FROM cluster_nodes WHERE instance_id = 'one-1'");
    assertThat(run.run("cluster", "status").out()).contains("no node is up");
  }

  @Test
  void aNodeThatIsNotThereIsAnErrorOfOneLine() {
    CommandRun.Result refused = run.run("nodes", "drain", "ghost");

    assertThat(refused.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(refused.errorLines()).hasSize(1);
    assertThat(refused.err()).contains("no node ghost").contains("nodes list");
  }

  private String drainedBy() {
    return database.value(
        "SELECT drain_requested_by FROM cluster_nodes WHERE instance_id = 'one-1'");
  }
}
