package io.botticelli.core.engine;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import io.botticelli.core.history.Fence;
import io.botticelli.core.media.MediaFiles;
import io.botticelli.core.narrative.Narrative;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One fire of an actor, ready to run.
 *
 * @param narratives returns the narrative of a skill, from the version the fire was opened with
 * @param parameters of a manual fire; they win over the skills' variables
 * @param overrideModel model that replaces every model named anywhere, or empty
 * @param listener told about progress on the calling thread
 * @param mediaFiles media files of the version the fire was opened with
 */
public record ActorRun(
    ActorDefinition actor,
    Function<Skill.NarrativeExecution, Narrative> narratives,
    Fence fence,
    Map<String, String> parameters,
    Optional<String> overrideModel,
    ProgressListener listener,
    MediaFiles mediaFiles) {
  public ActorRun {
    parameters = Map.copyOf(parameters);
  }
}
