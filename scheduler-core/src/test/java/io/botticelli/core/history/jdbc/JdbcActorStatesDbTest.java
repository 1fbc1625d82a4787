package io.botticelli.core.history.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.actor.PlatformBinding;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ActorStates.ActorState;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcActorStatesDbTest {
  private final TestDatabase database = TestDatabase.fresh();
  private final JdbcActorStates states = new JdbcActorStates(database.transactions());
  private final ActorName writer = new ActorName("writer");

  @Test
  void registeringAgainKeepsPauseCountersAndBreaker() {
    states.register(definition(writer, "old"), "v1");
    database.execute(
        "UPDATE actor_server_state SET runs_failed = 4, breaker_state = 'open',"
            + " consecutive_failures = 5");
    states.setPaused(writer, true, "holiday", "ann");

    states.register(definition(writer, "new"), "v2");

    ActorState state = states.find(writer).orElseThrow();
    assertThat(state.description()).isEqualTo("new");
    assertThat(state.definitionVersion()).isEqualTo("v2");
    assertThat(state.timezone()).isEqualTo("Europe/Berlin");
    assertThat(state.paused()).isTrue();
    assertThat(state.pauseReason()).contains("holiday");
    assertThat(state.pausedBy()).contains("ann");
    assertThat(state.breakerState()).isEqualTo("open");
    assertThat(state.runsFailed()).isEqualTo(4);
  }

  @Test
  void resumingClosesTheBreakerAndForgetsThePause() {
    states.register(definition(writer, ""), "v1");
    states.setPaused(writer, true, "holiday", "ann");
    database.execute(
        "UPDATE actor_server_state SET breaker_state = 'open', consecutive_failures = 5,"
            + " breaker_reset_seconds = 600");

    boolean known = states.setPaused(writer, false, "", "ann");

    ActorState state = states.find(writer).orElseThrow();
    assertThat(known).isTrue();
    assertThat(state.paused()).isFalse();
    assertThat(state.pausedAt()).isEmpty();
    assertThat(state.breakerState()).isEqualTo("closed");
    assertThat(state.consecutiveFailures()).isZero();
    assertThat(states.setPaused(new ActorName("nobody"), true, "", "ann")).isFalse();
  }

  @Test
  void aPauseEndsByTheDatabaseClockAndLeavesTheBreakerAlone() {
    ActorName other = new ActorName("other");
    states.register(definition(writer, ""), "v1");
    states.register(definition(other, ""), "v1");
    states.pause(other, "holiday", "ann", Optional.of(Instant.parse("2999-01-05T12:00:00Z")));
    database.execute("UPDATE actor_server_state SET breaker_state = 'open'");

    states.pause(writer, "lunch", "ann", Optional.of(Instant.EPOCH));

    assertThat(states.find(writer).orElseThrow().paused()).isFalse();
    assertThat(states.find(other).orElseThrow().paused()).isTrue();
    assertThat(states.listEndedPauses()).containsExactly(writer);
    states.clearEndedPauses(List.of(writer, other));
    assertThat(states.listEndedPauses()).isEmpty();
    assertThat(states.find(writer).orElseThrow().pauseReason()).isEmpty();
    assertThat(states.find(writer).orElseThrow().breakerState()).isEqualTo("open");
    assertThat(states.find(other).orElseThrow().pausedUntil())
        .contains(Instant.parse("2999-01-05T12:00:00Z"));
  }

  @Test
  void anEndLeftBehindByPlainSqlIsForgotten() {
    states.register(definition(writer, ""), "v1");
    states.pause(writer, "", "ann", Optional.of(Instant.parse("2999-01-05T12:00:00Z")));
    database.execute("UPDATE actor_server_state SET is_paused = false");

    states.clearEndedPauses(states.listEndedPauses());

    assertThat(states.find(writer).orElseThrow().pausedUntil()).isEmpty();
    assertThat(states.find(writer).orElseThrow().pausedBy()).isEmpty();
  }

  @Test
  void seesAPauseMadeByPlainSql() {
    states.register(definition(writer, ""), "v1");

    database.execute("UPDATE actor_server_state SET is_paused = true WHERE actor_name = 'writer'");

    assertThat(states.find(writer).orElseThrow().paused()).isTrue();
  }

  @Test
  void retiresActorsThatAreGoneAndListsAllByName() {
    ActorName gone = new ActorName("Gone");
    states.register(definition(writer, ""), "v1");
    states.register(definition(gone, ""), "v1");
    states.setNextRun(gone, Optional.of(Instant.EPOCH));
    states.setNextRun(writer, Optional.of(Instant.parse("2026-01-05T12:00:00Z")));
    database.openExecution("writer");

    states.retireAllBut(List.of(writer));

    assertThat(states.list())
        .extracting(state -> state.name().value(), ActorState::enabled, ActorState::running)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("Gone", false, false),
            org.assertj.core.groups.Tuple.tuple("writer", true, true));
    assertThat(states.find(gone).orElseThrow().nextRun()).isEmpty();
    assertThat(states.find(writer).orElseThrow().nextRun())
        .contains(Instant.parse("2026-01-05T12:00:00Z"));
    states.setNextRun(writer, Optional.empty());
    assertThat(states.find(writer).orElseThrow().nextRun()).isEmpty();
    states.retireAllBut(List.of());
    assertThat(states.list()).noneMatch(ActorState::enabled);
  }

  private static ActorDefinition definition(ActorName name, String description) {
    return new ActorDefinition(
        name,
        "The " + name,
        description,
        true,
        new ActorSchedule.Cron(
            List.of("0 0 * * * ?"), ZoneId.of("Europe/Berlin"), Jitter.NONE, "0 * * * *"),
        ExecutionPolicy.DEFAULT,
        BreakerPolicy.DEFAULT,
        new PlatformBinding("noop", Optional.empty()),
        List.of(),
        List.of());
  }
}
