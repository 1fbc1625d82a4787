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

  @Test
  void peopleListSetAndDeleteWhatRunsSave() {
    state.save(fence, Map.of("discord.id", "7", "discord_x", "8", "other", "9"));

    state.set("discord.id", "70\u0000");

    assertThat(state.find("discord.id")).contains("70");
    assertThat(state.list("discord.", 10))
        .singleElement()
        .satisfies(entry -> assertThat(entry.value()).isEqualTo("70"));
    assertThat(state.list("", 2)).hasSize(2);
    assertThat(state.list("%", 10)).as("a prefix is no pattern").isEmpty();
    assertThat(state.delete("discord.id")).isTrue();
    assertThat(state.delete("discord.id")).isFalse();
    assertThat(state.find("discord.id")).isEmpty();
  }
}
