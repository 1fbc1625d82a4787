package io.botticelli.core.table.jdbc;

import static io.botticelli.core.table.jdbc.TableFixture.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.Fence;
import io.botticelli.core.table.ContentTables.ReadMode;
import io.botticelli.core.table.ContentTables.Rows;
import io.botticelli.core.table.ContentTables.TableQuery;
import io.botticelli.core.table.TableException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class RowClaimsDbTest {
  private static final TableQuery PENDING = query("queue", "review_status = 'pending'", 3, null);

  private final TableFixture fixture = new TableFixture();
  private final TestDatabase database = fixture.database;

  @BeforeEach
  void fillQueue() {
    fixture.store(
        "queue",
        IntStream.rangeClosed(1, 30)
            .mapToObj(i -> "{`title`:`t" + i + "`}")
            .toArray(String[]::new));
  }

  @Test
  void givesEveryExecutionOtherRows() throws Exception {
    ExecutorService nodes = Executors.newFixedThreadPool(8);
    List<Callable<Rows>> reads = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      Fence fence = fixture.fence();
      reads.add(() -> claim(fence, PENDING));
    }

    List<Long> keys = new ArrayList<>();
    for (Future<Rows> rows : nodes.invokeAll(reads)) {
      keys.addAll(rows.get().keys());
    }
    nodes.shutdown();

    assertThat(keys).as("each row once, every row taken").hasSize(30);
    assertThat(new HashSet<>(keys)).hasSize(30);
  }

  @Test
  void takesTheOldestFirst() {
    assertThat(claim(fixture.fence(), PENDING).keys()).containsExactly(1L, 2L, 3L);
    assertThat(claim(fixture.fence(), query("queue", null, 2, "title desc")).keys())
        .containsExactly(9L, 8L);
  }

  @Test
  void givesALaterAttemptTheSameRowsWhateverTheFilterSaysNow() {
    Fence first = fixture.fence();
    claim(first, PENDING);
    database.execute(
        "UPDATE content.queue SET review_status = 'posted' WHERE id = 1",
        "DELETE FROM content.queue WHERE id = 2",
        "UPDATE actor_server_executions SET epoch = 2 WHERE id = " + first.executionId());
    Fence second = new Fence(first.executionId(), 2);

    assertThat(claim(second, PENDING).keys()).containsExactly(1L, 3L);
    assertThat(claim(fixture.fence(), PENDING).keys()).containsExactly(4L, 5L, 6L);
    assertThatThrownBy(() -> claim(first, PENDING)).isInstanceOf(StaleExecutionException.class);
  }

  @Test
  void keepsRowsOfOverlappingQueriesOfOneExecutionApart() {
    Fence fence = fixture.fence();
    TableQuery wider = query("queue", null, 5, null);

    List<Long> narrow = claim(fence, PENDING).keys();
    List<Long> wide = claim(fence, wider).keys();
    database.execute("UPDATE content.queue SET review_status = 'approved'");

    assertThat(narrow).containsExactly(1L, 2L, 3L);
    assertThat(wide).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(claim(fence, PENDING).keys()).isEqualTo(narrow);
    assertThat(claim(fence, wider).keys()).isEqualTo(wide);
  }

  @Test
  void deletesExactlyTheConsumedRows() {
    Fence fence = fixture.fence();
    read(fence, "consumed", PENDING, ReadMode.CONSUME);
    read(fence, "kept", query("queue", "id = 10", null, null), ReadMode.CLAIM);
    read(fence, "other", query("queue", "id = 20", null, null), ReadMode.CONSUME);

    fixture.tables.settleClaims(fence, "consumed", true);
    fixture.tables.settleClaims(fence, "kept", true);

    assertThat(database.number("SELECT count(*) FROM content.queue")).isEqualTo(27);
    assertThat(database.number("SELECT min(id) FROM content.queue")).isEqualTo(4);
    assertThat(database.value("SELECT string_agg(row_id::text, ',') FROM row_claims"))
        .isEqualTo("20");
  }

  @Test
  void freesRowsWithoutDeletingThem() {
    Fence fence = fixture.fence();
    read(fence, "scope", PENDING, ReadMode.CONSUME);

    fixture.tables.settleClaims(fence, "scope", false);

    assertThat(database.number("SELECT count(*) FROM content.queue")).isEqualTo(30);
    assertThat(claim(fixture.fence(), PENDING).keys()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void refusesToSettleForAStaleFence() {
    Fence fence = fixture.fence();
    read(fence, "scope", PENDING, ReadMode.CONSUME);

    assertThatThrownBy(
            () -> fixture.tables.settleClaims(new Fence(fence.executionId(), 9), "scope", true))
        .isInstanceOf(StaleExecutionException.class);

    assertThat(database.number("SELECT count(*) FROM content.queue")).isEqualTo(30);
  }

  @Test
  void givesRowsOfAVanishedOwnerToOthersAndNeverBack() {
    Fence gone = fixture.fence();
    read(gone, "scope", PENDING, ReadMode.CONSUME);
    expire(gone);
    Fence next = fixture.fence();

    List<Long> taken = claim(next, PENDING).keys();
    database.execute(
        "UPDATE actor_server_executions SET lease_until = now() + interval '1 hour' WHERE id = "
            + gone.executionId());
    fixture.tables.settleClaims(gone, "scope", true);

    assertThat(taken).containsExactly(1L, 2L, 3L);
    assertThat(database.number("SELECT count(*) FROM content.queue")).isEqualTo(30);
    assertThat(claim(fixture.fence(), PENDING).keys()).containsExactly(4L, 5L, 6L);
  }

  @Test
  void keepsRowsOfALivingOwnerBeyondTheLease() {
    Fence slow = fixture.fence();
    claim(slow, PENDING);
    database.execute("UPDATE row_claims SET lease_until = now() - interval '1 second'");

    assertThat(claim(fixture.fence(), PENDING).keys()).containsExactly(4L, 5L, 6L);
  }

  @Test
  void freesAndForgetsRowsOfAFinishedOwner() {
    Fence finished = fixture.fence();
    claim(finished, query("queue", null, 10, null));
    database.execute(
        "UPDATE actor_server_executions SET status = 'failed' WHERE id = "
            + finished.executionId());

    assertThat(claim(fixture.fence(), PENDING).keys()).containsExactly(1L, 2L, 3L);
    assertThat(database.number("SELECT count(*) FROM row_claims")).isEqualTo(3);
    assertThat(database.number("SELECT count(*) FROM row_claim_reads")).isEqualTo(3);
  }

  @Test
  void consumesALibraryRowAndKeepsItsHistory() {
    database.execute(
        "INSERT INTO content.content (id, text_content) VALUES (1, 'x')",
        "INSERT INTO content.post_history (content_id, actor_name, platform, channel_id, post_id)"
            + " VALUES (1, 'poster', 'discord', '2', '3')");
    Fence fence = fixture.fence();
    read(fence, "scope", query("content"), ReadMode.CONSUME);

    fixture.tables.settleClaims(fence, "scope", true);

    assertThat(database.number("SELECT count(*) FROM content.content")).isZero();
    assertThat(database.number("SELECT count(*) FROM content.post_history")).isOne();
  }

  @Test
  void reportsADeletionTheDatabaseRefuses() {
    database.execute(
        "CREATE TABLE content.reply (post_id bigint REFERENCES content.queue (id))",
        "INSERT INTO content.reply VALUES (1)");
    Fence fence = fixture.fence();
    read(fence, "scope", PENDING, ReadMode.CONSUME);

    assertThatThrownBy(() -> fixture.tables.settleClaims(fence, "scope", true))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("reply_post_id_fkey");

    assertThat(database.number("SELECT count(*) FROM content.queue")).isEqualTo(30);
    assertThat(database.number("SELECT count(*) FROM row_claims")).isEqualTo(3);
  }

  @Test
  void hidesNothingFromPlainReads() {
    claim(fixture.fence(), PENDING);

    assertThat(fixture.read(query("queue")).rows()).hasSize(30);
  }

  @Test
  void consumesOnlyFromTablesThatIdentifyTheirRows() {
    database.execute("CREATE TABLE content.loose (id bigint, title text)");
    database.execute("INSERT INTO content.loose VALUES (1, 'a'), (1, 'b')");
    Fence fence = fixture.fence();

    assertThatThrownBy(() -> read(fence, "scope", query("loose"), ReadMode.CONSUME))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("id");
    Rows plain = read(fence, "scope", query("loose"), ReadMode.CLAIM);
    assertThat(plain.rows()).hasSize(2);
    assertThat(plain.keys()).isEmpty();
    assertThat(read(fence, "scope", query("absent"), ReadMode.CONSUME).tableExists()).isFalse();
  }

  private void expire(Fence fence) {
    database.execute(
        "UPDATE row_claims SET lease_until = now() - interval '1 second'",
        "UPDATE actor_server_executions SET lease_until = now() - interval '1 second' WHERE id = "
            + fence.executionId());
  }

  private Rows claim(Fence fence, TableQuery query) {
    return read(fence, "scope", query, ReadMode.CLAIM);
  }

  private Rows read(Fence fence, String scope, TableQuery query, ReadMode mode) {
    return fixture.tables.read(fence, scope, query, mode);
  }
}
