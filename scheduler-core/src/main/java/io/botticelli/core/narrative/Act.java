package io.botticelli.core.narrative;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One step of a narrative.
 *
 * @param name unique within the narrative
 * @param inputs in file order; empty when {@code composition} is present
 * @param composition narrative run as this act, or empty
 * @param settings model overrides of this act
 * @param extractOutput {@code true}/{@code false} force or forbid storing this act's JSON; empty =
 *     the narrative's rule
 * @param carousel repetition of this act alone, or empty
 * @param stateCapture variable name to JSON path, saved after the act
 */
public record Act(
    String name,
    List<ActInput> inputs,
    Optional<Narrative> composition,
    ModelSettings settings,
    Optional<Boolean> extractOutput,
    Optional<Carousel> carousel,
    Map<String, String> stateCapture) {
  public Act {
    inputs = List.copyOf(inputs);
    stateCapture = Map.copyOf(stateCapture);
  }

  /** Tells whether the act has no non-blank text of its own and therefore calls no model. */
  public boolean isAction() {
    return composition.isEmpty()
        && inputs.stream()
            .noneMatch(input -> input instanceof ActInput.Text text && !text.content().isBlank());
  }
}
