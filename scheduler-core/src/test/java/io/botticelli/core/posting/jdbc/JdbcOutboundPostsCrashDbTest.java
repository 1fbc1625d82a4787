package io.botticelli.core.posting.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.botticelli.core.history.Fence;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.ScriptedPlatform;
import io.botticelli.core.platform.ScriptedPlatform.Fault;
import io.botticelli.core.platform.ScriptedPlatform.NodeKilledError;
import io.botticelli.core.posting.OutboundPosts.SourceRow;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills the node between any two steps of the protocol and lets another one carry on. */
@Tag("db")
class JdbcOutboundPostsCrashDbTest {
  private static final int ROUNDS = 200;
  private static final int LIMIT = 60;
  private static final int MOST_STEPS = 100;
  private static final String TEXT =
      "The first paragraph of two, long enough for one part.\n\n"
          + "The second paragraph, which is another message.";

  private final PostingFixture fixture = new PostingFixture();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aKillAtAnyDatabaseStepEndsInOneMessage(boolean takenOver) {
    int step = 1;
    boolean survived = false;
    for (; !survived && step < MOST_STEPS; step++) {
      ScriptedPlatform platform = new ScriptedPlatform(LIMIT);
      platform.forgetNonces();
      SourceRow row = fixture.approvedRow();
      Fence fence = fixture.execution();
      KillingDataSource dying = new KillingDataSource(fixture.connections, step);
      try {
        fixture.posts(dying).send(fence, platform, PostingFixture.message(row, TEXT));
        survived = dying.survived();
      } catch (NodeKilledError killed) {
        if (takenOver) {
          Fence next = fixture.takeOver(fence);
          fixture.posts().send(next, platform, PostingFixture.message(row, TEXT));
        } else if (!fixture.isMarked(row)) {
          // The next fire reads only rows that wait.
          fixture.posts().send(nextFire(fence), platform, PostingFixture.message(row, TEXT));
        }
      }

      assertPublishedOnce("killed at step " + step, platform, row);
    }
    assertThat(step).as("the kills covered the whole protocol").isBetween(15, MOST_STEPS - 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"KILL_BEFORE_STORE", "KILL_AFTER_STORE"})
  void aKillDuringTheCallEndsInOneMessage(Fault fault) {
    for (int part = 1; part <= 2; part++) {
      ScriptedPlatform platform = new ScriptedPlatform(LIMIT);
      platform.forgetNonces();
      for (int i = 1; i < part; i++) {
        platform.script(Fault.NONE);
      }
      platform.script(fault);
      SourceRow row = fixture.approvedRow();
      Fence fence = fixture.execution();
      try {
        fixture.posts().send(fence, platform, PostingFixture.message(row, TEXT));
        fail("the node was not killed");
      } catch (NodeKilledError killed) {
        assertThat(fixture.isMarked(row)).as("I3: not marked before all is sent").isFalse();
        fixture.posts().send(fixture.takeOver(fence), platform, PostingFixture.message(row, TEXT));
      }

      assertPublishedOnce(fault + " in part " + part, platform, row);
    }
  }

  @Test
  void anAttemptThatWordsItDifferentlyFinishesTheMessageThatIsOut() {
    ScriptedPlatform platform = new ScriptedPlatform(LIMIT);
    platform.script(Fault.KILL_AFTER_STORE);
    SourceRow row = fixture.approvedRow();
    Fence fence = fixture.execution();
    try {
      fixture.posts().send(fence, platform, PostingFixture.message(row, TEXT));
      fail("the node was not killed");
    } catch (NodeKilledError killed) {
      fixture
          .posts()
          .send(fixture.takeOver(fence), platform, PostingFixture.message(row, "Quite another"));
    }

    assertPublishedOnce("worded differently", platform, row);
  }

  @Test
  void randomKillsAndTimeOutsEndInOneMessage() {
    long seed = 20_261_121;
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      ScriptedPlatform platform = new ScriptedPlatform(LIMIT);
      if (random.nextBoolean()) {
        platform.forgetNonces();
      }
      SourceRow row = fixture.approvedRow();
      Fence fence = fixture.execution();
      for (int death = random.nextInt(3); death > 0; death--) {
        platform.script(randomFault(random), randomFault(random));
        fence = attemptThatMayDie(random, platform, row, fence);
      }

      finish(platform, row, fence);

      assertPublishedOnce("seed " + seed + ", round " + round, platform, row);
    }
  }

  private static Fault randomFault(Random random) {
    return Fault.values()[random.nextInt(Fault.values().length)];
  }

  /** Returns the fence of whoever carries on. */
  private Fence attemptThatMayDie(
      Random random, ScriptedPlatform platform, SourceRow row, Fence fence) {
    if (fixture.isMarked(row)) {
      return fence;
    }
    KillingDataSource dying = new KillingDataSource(fixture.connections, 1 + random.nextInt(40));
    try {
      fixture.posts(dying).send(fence, platform, PostingFixture.message(row, TEXT));
      return fence;
    } catch (NodeKilledError killed) {
      return random.nextBoolean() ? fixture.takeOver(fence) : nextFire(fence);
    } catch (PlatformException refusedOrUnknown) {
      return nextFire(fence);
    }
  }

  /** Faults that are left over may refuse a few more attempts. */
  private void finish(ScriptedPlatform platform, SourceRow row, Fence first) {
    Fence fence = first;
    for (int attempt = 0; attempt < 10; attempt++) {
      if (fixture.isMarked(row)) {
        return;
      }
      try {
        fixture.posts().send(fence, platform, PostingFixture.message(row, TEXT));
        return;
      } catch (NodeKilledError | PlatformException again) {
        fence = nextFire(fence);
      }
    }
    fail("not published after ten attempts");
  }

  /** The node is dead, its execution was closed, and the actor fires again. */
  private Fence nextFire(Fence fence) {
    fixture.abandon(fence);
    return fixture.execution();
  }

  private void assertPublishedOnce(String when, ScriptedPlatform platform, SourceRow row) {
    assertThat(String.join("\n\n", platform.contents()))
        .as("I3: every part exactly once, in order; %s", when)
        .isEqualTo(TEXT);
    assertThat(
            fixture.database.value(
                "SELECT string_agg(message_id, ',' ORDER BY part) FROM outbound_posts"
                    + " WHERE status = 'sent' AND source_id = "
                    + row.id()))
        .as("rows sent = messages there; %s", when)
        .isEqualTo(String.join(",", platform.ids()));
    assertThat(fixture.isMarked(row)).as("I3: marked when sent; %s", when).isTrue();
    assertThat(
            fixture.database.number(
                "SELECT count(*) FROM content.post_history WHERE (metadata->>'row_id')::bigint = "
                    + row.id()))
        .as("one line of history; %s", when)
        .isEqualTo(1);
    // Ids of the next platform start again; a real one never repeats them.
    fixture.database.execute("DELETE FROM outbound_posts");
  }
}
