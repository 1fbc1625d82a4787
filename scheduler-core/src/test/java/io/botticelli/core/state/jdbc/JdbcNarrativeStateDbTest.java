package io.botticelli.core.state.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.Fence;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcNarrativeStateDbTest {
  private final TestDatabase database = TestDatabase.fresh();
  private final JdbcNarrativeState state = new JdbcNarrativeState(database.transactions());
  private final Fence fence = new Fence(database.openExecution("poster"), 1);

  @Test
  void theLastWriterOfAKeyWins() {
    state.save(fence, Map.of("channel_id", "1", "id", "7"));
    state.save(fence, Map.of("channel_id", "2"));

    assertThat(state.find("channel_id")).contains("2");
    assertThat(state.find("id")).contains("7");
    assertThat(state.find("guild_id")).isEmpty();
  }

  @Test
  void aTakenOverExecutionSavesNothing() {
    database.execute("UPDATE actor_server_executions SET epoch = 2");

    assertThatThrownBy(() -> state.save(fence, Map.of("id", "7")))
        .as("I4: what a stale owner writes does not count")
        .isInstanceOf(StaleExecutionException.class);

    assertThat(state.find("id")).isEmpty();
  }

  @Test
  void hostileValuesAreStoredAsTheyAre() {
    state.save(fence, Map.of("k'; DROP TABLE narrative_state; --", "v\u0000alue ${x} '"));

    assertThat(state.find("k'; DROP TABLE narrative_state; --")).contains("value ${x} '");
  }
}
