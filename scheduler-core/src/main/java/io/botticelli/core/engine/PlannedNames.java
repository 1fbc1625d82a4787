package io.botticelli.core.engine;

import io.botticelli.core.engine.Placeholders.Place;
import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.narrative.Narrative;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the placeholders of one act can stand for when it runs: the meanings {@link Placeholders}
 * knows, as far as they are known before. Where a name has a meaning its path is taken to exist.
 */
final class PlannedNames {
  private static final Set<String> BUILT_IN = Set.of("iteration", "iterations", "narrative", "now");
  private static final Set<String> PREVIOUS = Set.of("previous", "prev");
  private static final Set<String> CHANNEL = Set.of("channel_id", "platform.channel_id");

  private final RunPlanner.Request request;
  private final Set<String> captured;
  private final Environment environment;
  private final Set<String> earlierActs;
  private final Set<String> tables = new LinkedHashSet<>();
  private final Set<String> unresolved = new LinkedHashSet<>();
  private final Set<String> fromState = new LinkedHashSet<>();

  PlannedNames(
      RunPlanner.Request request,
      Set<String> captured,
      Environment environment,
      Narrative narrative,
      int sequence) {
    this.request = request;
    this.captured = captured;
    this.environment = environment;
    List<Act> earlier = narrative.acts().subList(0, sequence);
    this.earlierActs = earlier.stream().map(Act::name).collect(Collectors.toSet());
    earlier.forEach(act -> act.inputs().forEach(this::readTable));
    examine(narrative.acts().get(sequence));
  }

  /** Returns expressions without a meaning, in order, each once. */
  List<String> unresolved() {
    return List.copyOf(unresolved);
  }

  /** Returns the state keys named, in order, each once. */
  List<String> fromState() {
    return List.copyOf(fromState);
  }

  private void examine(Act act) {
    List<ActInput> inputs = act.inputs();
    for (int index = 0; index < inputs.size(); index++) {
      ActInput input = inputs.get(index);
      if (input instanceof ActInput.Text text) {
        // A text may speak of a table that stands after it.
        inputs.subList(index + 1, inputs.size()).forEach(this::readTable);
        new TextTemplateParser(text.content())
            .parse()
            .map(TextTemplate::outputs)
            .orElse(List.of())
            .forEach(expression -> examine(expression, Place.TEXT));
      } else if (input instanceof BotCommand command) {
        Arguments.uses(command.arguments()).forEach(use -> examine(use.expression(), use.place()));
      } else if (input instanceof TableRead read) {
        read.where()
            .map(Arguments::uses)
            .orElse(List.of())
            .forEach(use -> examine(use.expression(), use.place()));
        readTable(read);
      }
    }
  }

  private void readTable(ActInput input) {
    if (input instanceof TableRead read) {
      tables.add(read.alias());
      tables.add(read.table());
    }
  }

  private void examine(String expression, Place place) {
    if (expression.toLowerCase(Locale.ROOT).startsWith("state:")) {
      fromState.add(expression.substring("state:".length()).strip());
    } else if (!hasMeaning(expression, place)) {
      unresolved.add(expression);
    }
  }

  private boolean hasMeaning(String expression, Place place) {
    if (expression.startsWith("env:")) {
      return environment.find(expression.substring("env:".length()).strip()).isPresent();
    }
    String head = expression.split("[.\\[]", 2)[0];
    return PREVIOUS.contains(head) && !earlierActs.isEmpty()
        || startsWithName(expression, earlierActs)
        || tables.contains(expression)
        || tables.contains(head)
        || request.variables().containsKey(expression)
        || captured.contains(expression)
        || CHANNEL.contains(expression) && request.channelId().isPresent()
        || BUILT_IN.contains(expression)
        || place == Place.DOLLAR && environment.find(expression).isPresent()
        || place == Place.TEXT && isSuffixOfOne(expression);
  }

  /** The name of an act may itself hold dots. */
  private static boolean startsWithName(String expression, Set<String> names) {
    return names.stream()
        .anyMatch(
            name ->
                expression.equals(name)
                    || expression.startsWith(name + ".")
                    || expression.startsWith(name + "["));
  }

  private boolean isSuffixOfOne(String expression) {
    return earlierActs.stream().filter(name -> name.endsWith("_" + expression)).count() == 1;
  }
}
