package io.botticelli.core.history.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ClusterPause;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcClusterPauseDbTest {
  private final TestDatabase database = TestDatabase.fresh();
  private final JdbcClusterPause pause = new JdbcClusterPause(database.transactions());

  @Test
  void isNotPausedAtFirst() {
    assertThat(pause.current()).isEqualTo(ClusterPause.State.RUNNING);
    assertThat(pause.resume()).isFalse();
    assertThat(pause.clearEnded()).isFalse();
  }

  @Test
  void keepsReasonAuthorAndEndAndTheLastPauseWins() {
    Instant end = Instant.parse("2999-01-05T12:00:00Z");
    pause.pause("deploy", "ann", Optional.empty());

    pause.pause("maintenance\u0000", "bob", Optional.of(end));

    ClusterPause.State state = pause.current();
    assertThat(state.paused()).isTrue();
    assertThat(state.reason().orElseThrow()).startsWith("maintenance").doesNotContain("\u0000");
    assertThat(state.by()).contains("bob");
    assertThat(state.until()).contains(end);
    assertThat(state.at()).isPresent();
    assertThat(pause.clearEnded()).as("its time has not come").isFalse();
    assertThat(pause.resume()).isTrue();
    assertThat(pause.current()).isEqualTo(ClusterPause.State.RUNNING);
  }

  @Test
  void endsByTheDatabaseClock() {
    pause.pause("", "ann", Optional.of(Instant.EPOCH));

    ClusterPause.State state = pause.current();

    assertThat(state.paused()).isFalse();
    assertThat(state.ended()).isTrue();
    assertThat(state.by()).isEmpty();
    assertThat(pause.clearEnded()).isTrue();
    assertThat(pause.current().ended()).isFalse();
  }

  @Test
  void survivesThatSomebodyDeletedTheRow() {
    database.execute("DELETE FROM cluster_state");

    assertThat(pause.current().paused()).isFalse();
    pause.pause("", "ann", Optional.empty());

    assertThat(pause.current().paused()).isTrue();
  }
}
