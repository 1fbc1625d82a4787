package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings the old {@code [[steps]]} form into the shape of the others: step N, counted from 0,
 * becomes act {@code step_N}, and its text and placeholders are rewritten to match.
 */
final class StepsForm {
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "description",
          "processor",
          "platform",
          "command",
          "args",
          "required",
          "context",
          "bot_commands");
  private static final Set<String> CREATES_CHANNEL =
      Set.of("channel.create", "channels.create", "channels.get_or_create");
  private static final Pattern STEP_TEXT =
      Pattern.compile("\\$\\{\\s*+steps\\[(\\d{1,4})]\\.result\\.text\\s*+}");
  private static final Pattern PREVIOUS_CHANNEL =
      Pattern.compile("\\$\\{\\s*+prev\\.channel_id\\s*+}");

  private final ProblemReporter reporter;
  private final ObjectNode root;
  private final List<TomlSection> steps;
  private final Map<String, ActSource> acts = new LinkedHashMap<>();
  private final List<String> system = new ArrayList<>();

  private StepsForm(ProblemReporter reporter) {
    this.reporter = reporter;
    this.root = reporter.document().root();
    this.steps = TomlSection.root(reporter).sections("steps");
  }

  /**
   * Reads the only narrative of such a file.
   *
   * @param stem name of the narrative when its metadata has no title
   */
  static NarrativeSource read(ProblemReporter reporter, String stem) {
    return new StepsForm(reporter).narrative(stem);
  }

  private NarrativeSource narrative(String stem) {
    for (int i = 0; i < steps.size(); i++) {
      read(i);
    }
    ArrayNode order = root.arrayNode();
    acts.keySet().forEach(order::add);
    JsonNode metadata = root.path("metadata");
    String title = metadata.path("title").asText("");
    String slug =
        title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
    String name = slug.isEmpty() ? stem : slug;
    ObjectNode own = root.objectNode();
    own.put("name", name);
    own.put("skip_content_generation", true);
    if (metadata.path("description").isTextual()) {
      own.set("description", metadata.path("description"));
    }
    return new NarrativeSource(
        name,
        name,
        new TomlSection(reporter, own, metadata.isObject() ? List.of("metadata") : List.of()),
        Optional.of(new ActSource(order, List.of("steps"))),
        Map.of(),
        acts,
        Optional.empty());
  }

  private void read(int index) {
    TomlSection step = steps.get(index);
    step.warnUnknown(KEYS);
    ArrayNode inputs = root.arrayNode();
    Optional<TomlSection> context = step.table("context");
    if (context.isPresent()) {
      Optional<String> content = context.get().requiredString("content");
      String role = context.get().string("role").orElse("user");
      if (role.equals("system")) {
        content.ifPresent(system::add);
        return;
      }
      // Acts have no system message; its text leads the next act and stays in the conversation.
      system.forEach(text -> inputs.addObject().put("content", text));
      system.clear();
      content.ifPresent(text -> inputs.addObject().put("content", text));
    } else if (step.has("bot_commands")) {
      step.sections("bot_commands").forEach(command -> inputs.add(command(command, index)));
    } else if (step.has("command")) {
      inputs.add(command(step, index));
    } else {
      reporter.error(
          "empty_act",
          step.path(),
          "says nothing to do, expected \"context\", \"command\" or \"bot_commands\"");
      return;
    }
    ObjectNode act = root.objectNode();
    act.set("input", inputs);
    acts.put(nameOf(index), new ActSource(act, step.path()));
  }

  private ObjectNode command(TomlSection section, int index) {
    ObjectNode input = root.objectNode();
    input.put("type", "bot_command");
    input.put("platform", section.string("platform").orElse("discord"));
    for (String key : List.of("command", "required", "args")) {
      section.value(key).ifPresent(value -> input.set(key, rewritten(value, index)));
    }
    return input;
  }

  private JsonNode rewritten(JsonNode node, int index) {
    if (node.isTextual()) {
      return root.textNode(rewritten(node.textValue(), index));
    } else if (node.isArray()) {
      ArrayNode elements = root.arrayNode();
      node.forEach(element -> elements.add(rewritten(element, index)));
      return elements;
    } else if (node.isObject()) {
      ObjectNode table = root.objectNode();
      node.properties()
          .forEach(field -> table.set(field.getKey(), rewritten(field.getValue(), index)));
      return table;
    }
    return node;
  }

  private String rewritten(String text, int index) {
    String channel =
        index > 0 && createsChannel(steps.get(index - 1))
            ? PREVIOUS_CHANNEL.matcher(text).replaceAll(Matcher.quoteReplacement("${prev.id}"))
            : text;
    return STEP_TEXT
        .matcher(channel)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    "{{" + nameOf(textStep(Integer.parseInt(match.group(1)))) + "}}"));
  }

  /**
   * Returns the step whose text a reference to step {@code number} means: the nearest that asks the
   * model at or before it, after a system step the first one behind it.
   */
  private int textStep(int number) {
    if (number < steps.size() && "system".equals(roleOf(number))) {
      for (int i = number + 1; i < steps.size(); i++) {
        if (asksModel(i)) {
          return i;
        }
      }
    }
    for (int i = Math.min(number, steps.size() - 1); i >= 0; i--) {
      if (asksModel(i)) {
        return i;
      }
    }
    return number;
  }

  private boolean asksModel(int index) {
    return steps.get(index).node().path("context").isObject() && !"system".equals(roleOf(index));
  }

  private String roleOf(int index) {
    return steps.get(index).node().path("context").path("role").asText("");
  }

  private static boolean createsChannel(TomlSection step) {
    JsonNode commands = step.node().path("bot_commands");
    JsonNode last = commands.isArray() ? commands.path(commands.size() - 1) : commands;
    return CREATES_CHANNEL.contains(step.node().path("command").asText(""))
        || CREATES_CHANNEL.contains(last.path("command").asText(""));
  }

  private static String nameOf(int index) {
    return "step_" + index;
  }
}
