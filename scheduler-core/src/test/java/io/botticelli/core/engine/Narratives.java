package io.botticelli.core.engine;

import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ActInput.TableFormat;
import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.narrative.BudgetMultipliers;
import io.botticelli.core.narrative.Carousel;
import io.botticelli.core.narrative.ModelSettings;
import io.botticelli.core.narrative.Narrative;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds narratives for tests, with everything unset that a test does not speak of. */
final class Narratives {
  private Narratives() {}

  /** A narrative that stores nothing. */
  static Narrative narrative(String name, Act... acts) {
    return new Narrative(
        name,
        "",
        name + ".toml",
        List.of(acts),
        Optional.empty(),
        Optional.empty(),
        true,
        Optional.empty(),
        ModelSettings.NONE,
        Optional.empty(),
        BudgetMultipliers.NONE,
        false);
  }

  /** The same narrative, storing into a target or, when empty, into a table of its name. */
  static Narrative storing(Narrative narrative, Optional<String> target) {
    return new Narrative(
        narrative.name(),
        narrative.description(),
        narrative.file(),
        narrative.acts(),
        narrative.template(),
        target,
        false,
        narrative.preserveSource(),
        narrative.settings(),
        narrative.carousel(),
        narrative.budget(),
        narrative.allowEmptySource());
  }

  static Narrative templated(Narrative narrative, String template) {
    return new Narrative(
        narrative.name(),
        narrative.description(),
        narrative.file(),
        narrative.acts(),
        Optional.of(template),
        narrative.target(),
        false,
        narrative.preserveSource(),
        narrative.settings(),
        narrative.carousel(),
        narrative.budget(),
        narrative.allowEmptySource());
  }

  static Narrative repeated(Narrative narrative, int iterations, boolean continueOnError) {
    return new Narrative(
        narrative.name(),
        narrative.description(),
        narrative.file(),
        narrative.acts(),
        narrative.template(),
        narrative.target(),
        narrative.skipContentGeneration(),
        narrative.preserveSource(),
        narrative.settings(),
        Optional.of(carousel(iterations, continueOnError)),
        narrative.budget(),
        narrative.allowEmptySource());
  }

  static Narrative preserving(Narrative narrative, boolean preserveSource) {
    return new Narrative(
        narrative.name(),
        narrative.description(),
        narrative.file(),
        narrative.acts(),
        narrative.template(),
        narrative.target(),
        narrative.skipContentGeneration(),
        Optional.of(preserveSource),
        narrative.settings(),
        narrative.carousel(),
        narrative.budget(),
        narrative.allowEmptySource());
  }

  static Narrative configured(Narrative narrative, ModelSettings settings, boolean allowEmpty) {
    return new Narrative(
        narrative.name(),
        narrative.description(),
        narrative.file(),
        narrative.acts(),
        narrative.template(),
        narrative.target(),
        narrative.skipContentGeneration(),
        narrative.preserveSource(),
        settings,
        narrative.carousel(),
        narrative.budget(),
        allowEmpty);
  }

  static Act act(String name, ActInput... inputs) {
    return new Act(
        name,
        List.of(inputs),
        Optional.empty(),
        ModelSettings.NONE,
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  static Act extracting(Act act, boolean extract) {
    return new Act(
        act.name(),
        act.inputs(),
        act.composition(),
        act.settings(),
        Optional.of(extract),
        act.carousel(),
        act.stateCapture());
  }

  static Act configured(Act act, ModelSettings settings) {
    return new Act(
        act.name(),
        act.inputs(),
        act.composition(),
        settings,
        act.extractOutput(),
        act.carousel(),
        act.stateCapture());
  }

  static Act repeated(Act act, int iterations, boolean continueOnError) {
    return new Act(
        act.name(),
        act.inputs(),
        act.composition(),
        act.settings(),
        act.extractOutput(),
        Optional.of(carousel(iterations, continueOnError)),
        act.stateCapture());
  }

  static Act capturing(Act act, Map<String, String> capture) {
    return new Act(
        act.name(),
        act.inputs(),
        act.composition(),
        act.settings(),
        act.extractOutput(),
        act.carousel(),
        capture);
  }

  static Act composition(String name, Narrative narrative) {
    return new Act(
        name,
        List.of(),
        Optional.of(narrative),
        ModelSettings.NONE,
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  static ActInput text(String content) {
    return new ActInput.Text(content, Optional.empty());
  }

  static ActInput fileText(String content) {
    return new ActInput.Text(content, Optional.of("context.md"));
  }

  static BotCommand command(String command, Map<String, Object> arguments) {
    return command("discord", command, arguments, Optional.empty(), Retention.FULL);
  }

  static BotCommand command(
      String platform,
      String command,
      Map<String, Object> arguments,
      Optional<Boolean> required,
      Retention retention) {
    return new BotCommand(
        platform,
        command,
        arguments,
        required,
        Optional.empty(),
        retention,
        Map.of(),
        Optional.empty());
  }

  static BotCommand send(String content) {
    return command("messages.send", Map.of("channel_id", "77", "content", content));
  }

  static BotCommand update(String table, String where, Map<String, Object> updates) {
    return command(
        "database",
        "update_table",
        Map.of("table_name", table, "where_clause", where, "updates", updates, "limit", 1L),
        Optional.empty(),
        Retention.FULL);
  }

  static TableRead table(String table) {
    return table(table, Optional.empty(), Optional.empty(), TableFormat.JSON, Retention.FULL);
  }

  static TableRead pending(String table) {
    return table(
        table,
        Optional.of("review_status = 'pending'"),
        Optional.of(1),
        TableFormat.JSON,
        Retention.FULL);
  }

  static TableRead table(
      String table,
      Optional<String> where,
      Optional<Integer> limit,
      TableFormat format,
      Retention retention) {
    return new TableRead(
        table,
        table,
        List.of(),
        where,
        limit,
        Optional.empty(),
        Optional.empty(),
        format,
        Optional.empty(),
        Optional.empty(),
        retention,
        false);
  }

  static TableRead required(TableRead read) {
    return new TableRead(
        read.table(),
        read.alias(),
        read.columns(),
        read.where(),
        read.limit(),
        read.offset(),
        read.orderBy(),
        read.format(),
        read.sample(),
        read.pullAndDelete(),
        read.retention(),
        true);
  }

  static TableRead named(TableRead read, String alias) {
    return new TableRead(
        read.table(),
        alias,
        read.columns(),
        read.where(),
        read.limit(),
        read.offset(),
        read.orderBy(),
        read.format(),
        read.sample(),
        read.pullAndDelete(),
        read.retention(),
        read.required());
  }

  static TableRead pulling(TableRead read, boolean pullAndDelete) {
    return new TableRead(
        read.table(),
        read.alias(),
        read.columns(),
        read.where(),
        read.limit(),
        read.offset(),
        read.orderBy(),
        read.format(),
        read.sample(),
        Optional.of(pullAndDelete),
        read.retention(),
        read.required());
  }

  static ActInput nested(Narrative narrative, Retention retention) {
    return new ActInput.NestedNarrative(narrative, retention);
  }

  private static Carousel carousel(int iterations, boolean continueOnError) {
    return new Carousel(iterations, 1000, continueOnError, BudgetMultipliers.NONE);
  }
}
