package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.engine.CommandCalls.Called;
import io.botticelli.core.engine.NestedRuns.Nested;
import io.botticelli.core.engine.Placeholders.Place;
import io.botticelli.core.media.MediaException;
import io.botticelli.core.media.MediaSources;
import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.TableRead;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns the inputs of an act into parts of a turn, in input order. */
final class InputProcessor {
  private final Placeholders placeholders;
  private final TableReads tables;
  private final CommandCalls commands;
  private final SchemaPrompts schemas;
  private final NarrativeAnalysis analysis;
  private final MediaSources media;

  InputProcessor(
      Placeholders placeholders,
      TableReads tables,
      CommandCalls commands,
      SchemaPrompts schemas,
      NarrativeAnalysis analysis,
      MediaSources media) {
    this.placeholders = placeholders;
    this.tables = tables;
    this.commands = commands;
    this.schemas = schemas;
    this.analysis = analysis;
    this.media = media;
  }

  /**
   * Processes all inputs of an act.
   *
   * @param place of the act in the execution, for nested narratives
   * @throws RunEndedException if an input fails the act, nothing is left to do, or the run is
   *     cancelled
   */
  ProcessedInputs process(Pass pass, int sequence, String place, ActClock clock, NestedRuns runs) {
    Act act = pass.narrative().acts().get(sequence);
    ProcessedInputs processed = new ProcessedInputs();
    Map<Integer, Pass.TableValue> readEarly = new HashMap<>();
    for (int index = 0; index < act.inputs().size(); index++) {
      clock.check();
      ActInput input = act.inputs().get(index);
      if (input instanceof ActInput.Text text) {
        addText(pass, sequence, index, text, readEarly, processed);
      } else if (input instanceof ActInput.Media media) {
        addMedia(pass, media, processed);
      } else if (input instanceof ActInput.BotCommand command) {
        addCommand(pass, sequence, index, command, processed);
      } else if (input instanceof TableRead read) {
        Pass.TableValue early = readEarly.get(index);
        addTable(read, early != null ? early : tables.read(pass, sequence, index, read), processed);
        if (act.inputs().subList(index + 1, act.inputs().size()).stream()
            .noneMatch(TableRead.class::isInstance)) {
          // At once, before a command that stands after the tables.
          guardEmptySource(pass, sequence, processed);
          processed.requireRows();
        }
      } else if (input instanceof ActInput.NestedNarrative nested) {
        Nested run = runs.run(nested.narrative(), pass, place + "." + index);
        processed.add(run);
        if (!run.response().isBlank()) {
          processed.add(
              TurnPart.nested(nested.retention(), nested.narrative().name(), run.response()));
        }
      }
    }
    clock.check();
    guardEmptySource(pass, sequence, processed);
    return processed;
  }

  private void addText(
      Pass pass,
      int sequence,
      int index,
      ActInput.Text text,
      Map<Integer, Pass.TableValue> readEarly,
      ProcessedInputs processed) {
    Optional<TextTemplate> template = new TextTemplateParser(text.content()).parse();
    String rendered = text.content();
    if (template.isPresent()) {
      readNamedTables(pass, sequence, index, template.get(), readEarly);
      rendered =
          template
              .get()
              .render(
                  expression -> placeholders.find(pass, expression, Place.TEXT),
                  source ->
                      pass.session()
                          .warn(
                              "narrative "
                                  + pass.narrative().name()
                                  + ": "
                                  + Arguments.abbreviated(source)
                                  + " stands for nothing and is sent as written"));
    } else {
      pass.session()
          .warn(
              "narrative "
                  + pass.narrative().name()
                  + ", act "
                  + pass.narrative().acts().get(sequence).name()
                  + ": the {% %} blocks of a text do not balance or are not supported; it is sent"
                  + " as written");
    }
    if (index == 0) {
      Optional<String> assembled = schemas.assemble(pass, text.content(), rendered);
      if (assembled.isPresent()) {
        rendered = assembled.get();
        processed.markSchemaAssembled();
      }
    }
    if (!rendered.isBlank()) {
      processed.add(TurnPart.text(text, rendered));
    }
  }

  /** A text may speak of a table that stands after it in the same act. */
  private void readNamedTables(
      Pass pass,
      int sequence,
      int index,
      TextTemplate template,
      Map<Integer, Pass.TableValue> readEarly) {
    List<ActInput> inputs = pass.narrative().acts().get(sequence).inputs();
    for (int later = index + 1; later < inputs.size(); later++) {
      if (inputs.get(later) instanceof TableRead read
          && !readEarly.containsKey(later)
          && (template.names().contains(read.alias()) || template.names().contains(read.table()))) {
        readEarly.put(later, tables.read(pass, sequence, later, read));
      }
    }
  }

  /** An act without a model loads its media, too: they are for the next act that asks one. */
  private void addMedia(Pass pass, ActInput.Media media, ProcessedInputs processed) {
    try {
      processed.add(TurnPart.media(this.media.load(media, pass.session().request().mediaFiles())));
    } catch (MediaException failure) {
      if (Thread.currentThread().isInterrupted()) {
        throw RunEndedException.cancelled("cancelled while media were loaded", failure);
      }
      throw failure;
    }
  }

  private void addCommand(
      Pass pass, int sequence, int index, ActInput.BotCommand command, ProcessedInputs processed) {
    Called called = commands.call(pass, sequence, index, command);
    processed.add(called);
    JsonNode result = called.result();
    String text =
        result != null
            ? JsonPaths.pretty(result)
            : "[Bot command '" + called.command() + "' failed: " + called.error() + "]";
    processed.add(TurnPart.command(command.retention(), called.command(), text));
  }

  private static void addTable(TableRead read, Pass.TableValue value, ProcessedInputs processed) {
    processed.add(read, value);
    if (!value.text().isBlank()) {
      processed.add(
          TurnPart.table(read.retention(), read.table(), value.rows().rows().size(), value.text()));
    }
  }

  private void guardEmptySource(Pass pass, int sequence, ProcessedInputs processed) {
    if (processed.hasEmptySource()
        && !pass.narrative().allowEmptySource()
        && analysis.feedsWrite(pass.session(), pass.narrative(), sequence)) {
      throw RunEndedException.skipped(
          "empty_source", "there is nothing to work on: everything it reads is empty");
    }
  }
}
