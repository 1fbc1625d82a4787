package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.breaker.BreakerStore.State;
import io.botticelli.core.breaker.jdbc.JdbcBreakerStore;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.jdbc.JdbcActorStates;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The SQL that README gives to operators works on the schema as it is. */
@Tag("db")
class ReadmeSqlDbTest {
  private static final ActorName POSTING = new ActorName("posting");

  private final TestDatabase database = TestDatabase.fresh();

  @Test
  void pausesTheActorAndClosesItsBreaker() {
    JdbcActorStates states = new JdbcActorStates(database.transactions());
    JdbcBreakerStore breakers = new JdbcBreakerStore(database.transactions());
    ActorDefinition actor = posting();
    states.register(actor, "1");
    for (int i = 0; i < actor.breaker().failureThreshold(); i++) {
      breakers.recordFailure(POSTING, actor.breaker(), 1, "model HTTP 503");
    }
    assertThat(breakers.get(POSTING).state()).isEqualTo(State.OPEN);

    List<String> statements = statements();
    database.execute(statements.toArray(String[]::new));

    assertThat(statements).hasSizeGreaterThan(3);
    assertThat(states.find(POSTING).orElseThrow().paused()).isTrue();
    assertThat(breakers.get(POSTING).state()).isEqualTo(State.CLOSED);
    assertThat(breakers.get(POSTING).consecutiveFailures()).isZero();
  }

  private static ActorDefinition posting() {
    return WorkingSetFiles.of(
            "a.toml",
            """
            [actor]
            name = "posting"
            schedule = "hourly"

            [skills.narrative_execution]
            narrative_path = "poster.toml"
            """)
        .withNarrative("poster.toml")
        .load("a.toml")
        .actors()
        .get(0);
  }

  private static List<String> statements() {
    return Pattern.compile("(?s)```sql\n(.*?)```")
        .matcher(ReadmeTables.load().text())
        .results()
        .flatMap(block -> Pattern.compile(";\\s*\n").splitAsStream(block.group(1)))
        .filter(statement -> !statement.isBlank())
        .toList();
  }
}
