package io.botticelli.web.app;

import io.botticelli.core.actor.ActorName;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The actor a command is about. */
final class ActorArgument {
  @Parameters(index = "0", paramLabel = "NAME", description = "Name of the actor.")
  private String name = "";

  /**
   * Returns the name.
   *
   * @throws ParameterException if it cannot be the name of an actor
   */
  ActorName get(CommandSpec spec) {
    return parse(spec, name);
  }

  static ActorName parse(CommandSpec spec, String name) {
    try {
      return new ActorName(name);
    } catch (IllegalArgumentException invalid) {
      throw new ParameterException(spec.commandLine(), String.valueOf(invalid.getMessage()));
    }
  }
}
