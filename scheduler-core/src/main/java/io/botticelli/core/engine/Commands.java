package io.botticelli.core.engine;

import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.platform.CommandCatalog;
import io.botticelli.core.platform.Platform;
import java.util.Locale;
import java.util.Optional;

/** Knows which platform a command goes to and what kind of command it is. Thread-safe. */
final class Commands {
  /** The platform whose commands change content tables. */
  static final String DATABASE = "database";

  static final String UPDATE_TABLE = "database.update_table";

  static final String SEND = "messages.send";

  /** The platform name narratives write; a run decides what stands behind it. */
  private static final String DISCORD = "discord";

  private final Platforms platforms;

  /** Judges commands of a platform this node does not have. */
  private final CommandCatalog catalog = new CommandCatalog();

  Commands(Platforms platforms) {
    this.platforms = platforms;
  }

  /** Finds the platform a command goes to; {@code discord} is what the run says it is. */
  Optional<Platform> platform(RunSession session, String name) {
    return platforms.find(DISCORD.equals(name) ? session.request().platform() : name);
  }

  /** Tells whether a command updates a content table. */
  boolean isTableUpdate(BotCommand command) {
    String name = command.command().strip().toLowerCase(Locale.ROOT);
    return DATABASE.equals(command.platform())
        && (name.equals(UPDATE_TABLE) || name.equals("update_table"));
  }

  /** Tells whether a command changes something; those of a missing platform too. */
  boolean isWrite(RunSession session, BotCommand command) {
    if (DATABASE.equals(command.platform())) {
      return true;
    }
    return platform(session, command.platform())
        .map(platform -> platform.isWrite(command.command()))
        .orElseGet(() -> catalog.isWrite(command.command()));
  }
}
