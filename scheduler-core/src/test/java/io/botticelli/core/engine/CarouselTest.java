package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.composition;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.repeated;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.model.ModelException;
import org.junit.jupiter.api.Test;

class CarouselTest {
  private final EngineFixture engine = new EngineFixture();

  @Test
  void everyIterationStartsWithAFreshConversationAndFreshResults() {
    engine.run(
        repeated(narrative("n", act("a", text("{{a}} {{iteration}}/{{iterations}}"))), 2, false));

    assertThat(engine.model.requests())
        .extracting(request -> request.messages().size())
        .containsExactly(1, 1);
    assertThat(engine.model.lastUserText()).isEqualTo("{{a}} 2/2");
  }

  @Test
  void everyIterationIsRecordedWithItsNumberAndRunId() {
    engine.run(repeated(narrative("n", act("a", text("x"))), 3, false));

    assertThat(engine.runs.started)
        .extracting(RecordedRuns.Started::iteration)
        .containsExactly(1, 2, 3);
    assertThat(engine.runs.started).extracting(RecordedRuns.Started::runId).doesNotHaveDuplicates();
  }

  @Test
  void failedIterationEndsTheCarousel() {
    engine.model.answer("one").fail(unavailable("model_unavailable"));

    RunResult result = engine.run(repeated(narrative("n", act("a", text("x"))), 3, false));

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.iterationsCompleted()).isEqualTo(1);
    assertThat(result.iterationsFailed()).isEqualTo(1);
    assertThat(engine.model.requests()).hasSize(2);
  }

  @Test
  void continueOnErrorCompletesWithOneSuccess() {
    engine.model.fail(unavailable("x")).answer("two").fail(unavailable("x"));

    RunResult result = engine.run(repeated(narrative("n", act("a", text("x"))), 3, true));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
    assertThat(result.response()).isEqualTo("two");
    assertThat(result.iterationsFailed()).isEqualTo(2);
  }

  @Test
  void carouselWithoutASuccessFails() {
    engine.model.fail(unavailable("x")).fail(unavailable("x"));

    RunResult result = engine.run(repeated(narrative("n", act("a", text("x"))), 2, true));

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.errorCode()).contains("model_unavailable");
    assertThat(result.iterationsFailed()).isEqualTo(2);
  }

  @Test
  void nestedCarouselIsHonoured() {
    RunResult result =
        engine.run(
            repeated(
                narrative(
                    "batch",
                    composition("c", repeated(narrative("inner", act("a", text("x"))), 5, false))),
                3,
                false));

    assertThat(result.modelCalls()).isEqualTo(15);
    assertThat(result.iterationsCompleted()).isEqualTo(3);
  }

  private static ModelException unavailable(String message) {
    return new ModelException(ModelException.Kind.UNAVAILABLE, message, 503, null, null);
  }
}
