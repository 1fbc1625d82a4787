package io.botticelli.core.security;

import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.platform.CommandCatalog;
import io.botticelli.core.toml.Problem;
import io.botticelli.core.toml.Problem.Severity;
import io.botticelli.core.toml.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an author should know about the commands of a narrative before it runs: names no platform
 * knows, and writes that no policy speaks of. Pure and thread-safe.
 */
public final class CommandWarnings {
  /** Platforms that understand the catalog's commands. */
  private static final Set<String> CHAT = Set.of("discord", "preview", "noop");

  private static final Set<String> DATABASE = Set.of("database.update_table", "update_table");

  private final CommandCatalog catalog;

  public CommandWarnings(CommandCatalog catalog) {
    this.catalog = catalog;
  }

  /** Returns the warnings of the narrative's own acts, in their order; nested ones have theirs. */
  public List<Problem> of(Narrative narrative) {
    List<Problem> warnings = new ArrayList<>();
    for (Act act : narrative.acts()) {
      act.inputs().stream()
          .filter(BotCommand.class::isInstance)
          .map(BotCommand.class::cast)
          .forEach(command -> check(narrative, act, command, warnings));
    }
    return warnings;
  }

  private void check(Narrative narrative, Act act, BotCommand command, List<Problem> warnings) {
    String name = command.command();
    if (command.platform().equals("database")) {
      if (!DATABASE.contains(name)) {
        warnings.add(
            warning(
                narrative,
                act,
                "unknown_command",
                "the platform database knows database.update_table only, not "
                    + Suggestions.quote(name)));
      }
      return;
    }
    if (!CHAT.contains(command.platform())) {
      warnings.add(
          warning(
              narrative,
              act,
              "unknown_platform",
              "there is no platform "
                  + Suggestions.quote(command.platform())
                  + "; expected discord or database"));
    } else if (!catalog.isKnown(name)) {
      warnings.add(
          warning(
              narrative,
              act,
              "unknown_command",
              "there is no command "
                  + Suggestions.quote(name)
                  + ", so it will fail"
                  + Suggestions.didYouMean(
                      name, catalog.list().stream().map(CommandCatalog.Command::name).toList())));
    } else if (catalog.isWrite(name) && narrative.security().isEmpty()) {
      warnings.add(
          warning(
              narrative,
              act,
              "write_without_policy",
              catalog.canonical(name)
                  + " changes something and the narrative has no [security] table, so the server's"
                  + " policy alone decides; add [security.policy] with allowed_commands"));
    }
  }

  private static Problem warning(Narrative narrative, Act act, String code, String message) {
    return new Problem(
        Severity.WARNING,
        code,
        narrative.file(),
        0,
        0,
        "acts." + act.name(),
        Optional.of(narrative.name()),
        Optional.of(act.name()),
        message);
  }
}
