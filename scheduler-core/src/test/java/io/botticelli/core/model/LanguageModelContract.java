package io.botticelli.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every provider promises to the engine. */
public abstract class LanguageModelContract {
  /** Returns the provider under test, ready to answer any conversation with a non-empty text. */
  protected abstract LanguageModel model();

  /** Returns a model name the provider understands. */
  protected abstract String modelName();

  protected final ModelRequest request(Message... messages) {
    return new ModelRequest(
        modelName(),
        Optional.of(0.5),
        Optional.of(1000),
        List.of(messages),
        Duration.ofSeconds(10));
  }

  @Test
  void namesItsProviderInLowerCase() {
    assertThat(model().provider()).matches("[a-z][a-z0-9_]*");
  }

  @Test
  void answersWithTextModelNameUsageAndFinishReason() {
    ModelResponse response =
        model().generate(request(Message.of(Message.Role.USER, "Say something about schedules.")));

    assertThat(response.text()).isNotBlank();
    assertThat(response.model()).isNotBlank();
    assertThat(response.tokensIn()).isPositive();
    assertThat(response.tokensOut()).isPositive();
    assertThat(response.finishReason()).isEqualTo("stop");
    assertThat(response.isTruncated()).isFalse();
  }

  @Test
  void answersAConversationWithSystemTextAndAdjacentTurnsOfOneRole() {
    ModelResponse response =
        model()
            .generate(
                request(
                    Message.of(Message.Role.SYSTEM, "Be brief."),
                    Message.of(Message.Role.USER, "First."),
                    Message.of(Message.Role.USER, "Second."),
                    Message.of(Message.Role.ASSISTANT, "An answer."),
                    Message.of(Message.Role.ASSISTANT, "More of it."),
                    Message.of(Message.Role.USER, "Third."),
                    Message.of(Message.Role.USER, " ")));

    assertThat(response.text()).isNotBlank();
  }

  @Test
  void leavesAnInterruptedThreadInterrupted() {
    Thread.currentThread().interrupt();

    ModelException failure =
        catchThrowableOfType(
            ModelException.class,
            () -> model().generate(request(Message.of(Message.Role.USER, "Hello."))));

    assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
    assertThat(failure.kind()).isEqualTo(ModelException.Kind.INTERRUPTED);
    assertThat(failure.isRetryable()).isFalse();
  }
}
