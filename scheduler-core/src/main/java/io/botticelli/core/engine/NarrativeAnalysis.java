package io.botticelli.core.engine;

import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.table.ContentTables.ReadMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What can be known about a narrative without running it: which reads later acts depend on.
 * Stateless but for the commands it asks.
 */
final class NarrativeAnalysis {
  private final Commands commands;

  NarrativeAnalysis(Commands commands) {
    this.commands = commands;
  }

  /**
   * Tells how a read treats its rows: consumed when destructive, claimed when a later command
   * updates the rows read, else shared.
   */
  ReadMode readMode(Narrative narrative, int act, int input, TableRead read) {
    if (isDestructive(narrative, read)) {
      return ReadMode.CONSUME;
    }
    boolean claimed =
        read.sample().isEmpty()
            && commandsAfter(narrative, act, input)
                .filter(commands::isTableUpdate)
                .anyMatch(update -> refersTo(update, read));
    return claimed ? ReadMode.CLAIM : ReadMode.SHARED;
  }

  /** Tells whether a read deletes its rows when the pass succeeds. */
  static boolean isDestructive(Narrative narrative, TableRead read) {
    boolean forbidden = narrative.preserveSource().orElse(false);
    boolean byDefault = narrative.preserveSource().map(preserve -> !preserve).orElse(false);
    return !forbidden && read.pullAndDelete().orElse(byDefault);
  }

  /** Tells whether a command after this input updates the table. */
  boolean isUpdatedAfter(Narrative narrative, int act, int input, String table) {
    return commandsAfter(narrative, act, input)
        .filter(commands::isTableUpdate)
        .anyMatch(update -> sameTable(update, table));
  }

  /**
   * Tells whether a later write uses what an act read or answered, so that it must not run when the
   * act had nothing to read.
   */
  boolean feedsWrite(RunSession session, Narrative narrative, int act) {
    Act source = narrative.acts().get(act);
    Set<String> sourceNames =
        Stream.concat(
                Stream.of(source.name()),
                source.inputs().stream()
                    .filter(TableRead.class::isInstance)
                    .map(TableRead.class::cast)
                    .flatMap(read -> Stream.of(read.alias(), read.table())))
            .collect(Collectors.toSet());
    for (int later = act; later < narrative.acts().size(); later++) {
      boolean next = later == act + 1;
      boolean used =
          narrative.acts().get(later).inputs().stream()
              .filter(BotCommand.class::isInstance)
              .map(BotCommand.class::cast)
              .filter(command -> commands.isWrite(session, command))
              .flatMap(command -> Arguments.expressions(command.arguments()).stream())
              .anyMatch(
                  expression ->
                      sourceNames.stream().anyMatch(name -> names(expression, name))
                          || next && (names(expression, "previous") || names(expression, "prev")));
      if (used) {
        return true;
      }
    }
    return false;
  }

  /** Returns a filter in a form in which two spellings of the same filter are equal. */
  static String normalised(Optional<String> filter) {
    return filter.map(text -> text.strip().replaceAll("\\s+", " ")).orElse("");
  }

  private static Stream<BotCommand> commandsAfter(Narrative narrative, int act, int input) {
    List<Act> acts = narrative.acts();
    Stream<ActInput> rest =
        Stream.concat(
            acts.get(act).inputs().stream().skip(input + 1L),
            acts.subList(act + 1, acts.size()).stream().flatMap(later -> later.inputs().stream()));
    return rest.filter(BotCommand.class::isInstance).map(BotCommand.class::cast);
  }

  /** An update means the rows read when it has their filter, or names them by a placeholder. */
  private static boolean refersTo(BotCommand update, TableRead read) {
    // Without a limit the read is a look at the table, not the picking of rows to work on.
    if (read.limit().isEmpty() || !sameTable(update, read.table())) {
      return false;
    }
    String filter =
        normalised(argument(update, "where_clause").or(() -> argument(update, "where")));
    return filter.equals(normalised(read.where())) || !Arguments.expressions(filter).isEmpty();
  }

  private static boolean sameTable(BotCommand update, String table) {
    return argument(update, "table_name")
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .equals(Optional.of(table.toLowerCase(Locale.ROOT)));
  }

  private static Optional<String> argument(BotCommand command, String name) {
    return Optional.ofNullable(command.arguments().get(name)).map(String::valueOf);
  }

  private static boolean names(String expression, String name) {
    return expression.equals(name)
        || expression.startsWith(name + ".")
        || expression.startsWith(name + "[");
  }
}
