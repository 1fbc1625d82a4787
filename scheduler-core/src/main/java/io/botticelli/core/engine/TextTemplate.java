package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A text for the model with <code>{{ expr }}</code>, <code>{% if %}</code> and <code>{% for %}
 * </code>. Values are inserted once and never looked at again. Immutable.
 */
final class TextTemplate {
  /** Loops over stored rows must not be able to build a text no model takes. */
  private static final int MAX_LENGTH = 4_000_000;

  /** Loops inside loops over what a model answered must end, also when they write nothing. */
  private static final int MAX_PASSES = 100_000;

  private final List<Node> nodes;

  TextTemplate(List<Node> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  /** A piece of a template. */
  sealed interface Node {
    /** Text that stays. */
    record Literal(String text) implements Node {}

    /** A placeholder; {@code source} is what stays when it has no meaning. */
    record Output(String expression, String source) implements Node {}

    /** Alternatives; the first whose condition holds is rendered. */
    record Choice(List<Branch> branches) implements Node {}

    /** A repetition for every row of an alias. */
    record Loop(String variable, String expression, List<Node> body) implements Node {}
  }

  /** One alternative; an {@code else} has the condition {@link Condition#ALWAYS}. */
  record Branch(Condition condition, List<Node> body) {}

  /**
   * A test.
   *
   * @param literal compared with, or empty: the truth of the expression itself
   * @param negated whether the outcome is turned round
   */
  record Condition(String expression, Optional<String> literal, boolean negated) {
    static final Condition ALWAYS = new Condition("", Optional.empty(), true);
  }

  /** Finds values of expressions. */
  interface Lookup {
    /** Returns what an expression stands for, or empty. */
    Optional<Value> find(String expression);
  }

  /**
   * Renders the text.
   *
   * @param unresolved told about each placeholder left as written
   * @throws RunEndedException if the text grows beyond every limit
   */
  String render(Lookup lookup, Consumer<String> unresolved) {
    Rendering rendering = new Rendering(unresolved);
    rendering.render(nodes, lookup);
    return rendering.out.toString();
  }

  /** Returns the first names of all expressions, to know which tables the text speaks of. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    collect(nodes, names);
    return names;
  }

  /** Returns the expressions of all placeholders but those a loop around them gives a meaning. */
  List<String> outputs() {
    List<String> outputs = new ArrayList<>();
    collectOutputs(nodes, Set.of(), outputs);
    return outputs;
  }

  private static void collectOutputs(List<Node> nodes, Set<String> bound, List<String> outputs) {
    for (Node node : nodes) {
      if (node instanceof Node.Output output) {
        if (!bound.contains(head(output.expression()))) {
          outputs.add(output.expression());
        }
      } else if (node instanceof Node.Loop loop) {
        Set<String> inside = new LinkedHashSet<>(bound);
        inside.add(loop.variable());
        inside.add("loop");
        collectOutputs(loop.body(), inside, outputs);
      } else if (node instanceof Node.Choice choice) {
        choice.branches().forEach(branch -> collectOutputs(branch.body(), bound, outputs));
      }
    }
  }

  private static void collect(List<Node> nodes, Set<String> names) {
    for (Node node : nodes) {
      if (node instanceof Node.Output output) {
        names.add(head(output.expression()));
      } else if (node instanceof Node.Loop loop) {
        names.add(head(loop.expression()));
        collect(loop.body(), names);
      } else if (node instanceof Node.Choice choice) {
        for (Branch branch : choice.branches()) {
          names.add(head(branch.condition().expression()));
          collect(branch.body(), names);
        }
      }
    }
  }

  private static String head(String expression) {
    return expression.split("[.\\[]", 2)[0];
  }

  /** One rendering and how much of its bounds it has used up; confined to its thread. */
  private static final class Rendering {
    private final Consumer<String> unresolved;
    private final StringBuilder out = new StringBuilder();
    private int passes;

    Rendering(Consumer<String> unresolved) {
      this.unresolved = unresolved;
    }

    void render(List<Node> nodes, Lookup lookup) {
      for (Node node : nodes) {
        if (node instanceof Node.Literal literal) {
          out.append(literal.text());
        } else if (node instanceof Node.Output output) {
          Optional<Value> value = lookup.find(output.expression());
          if (value.isEmpty()) {
            unresolved.accept(output.source());
          }
          out.append(value.map(Value::text).orElse(output.source()));
        } else if (node instanceof Node.Choice choice) {
          choice.branches().stream()
              .filter(branch -> holds(branch.condition(), lookup))
              .findFirst()
              .ifPresent(branch -> render(branch.body(), lookup));
        } else if (node instanceof Node.Loop loop) {
          renderLoop(loop, lookup);
        }
        if (out.length() > MAX_LENGTH) {
          throw RunEndedException.failed(
              "text_too_large",
              "a text input grew beyond "
                  + MAX_LENGTH
                  + " characters while rendering; limit the tables it loops over");
        }
      }
    }

    private void renderLoop(Node.Loop loop, Lookup lookup) {
      List<JsonNode> rows = lookup.find(loop.expression()).map(Value::rows).orElse(List.of());
      int index = 0;
      for (JsonNode row : rows) {
        passes++;
        if (passes > MAX_PASSES) {
          throw RunEndedException.failed(
              "text_too_large",
              "a text input loops more than "
                  + MAX_PASSES
                  + " times; limit the tables and answers it loops over");
        }
        index++;
        Map<String, Value> own = new HashMap<>();
        own.put(loop.variable(), Value.of(row));
        own.put("loop.index", Value.of(Integer.toString(index)));
        render(loop.body(), expression -> inLoop(loop, row, own, expression, lookup));
      }
    }
  }

  private static Optional<Value> inLoop(
      Node.Loop loop, JsonNode row, Map<String, Value> own, String expression, Lookup outer) {
    Value known = own.get(expression);
    if (known != null) {
      return Optional.of(known);
    }
    if (head(expression).equals(loop.variable())) {
      return JsonPaths.find(row, expression.substring(loop.variable().length())).map(Value::of);
    }
    return outer.find(expression);
  }

  private static boolean holds(Condition condition, Lookup lookup) {
    Optional<Value> value =
        condition.expression().isEmpty() ? Optional.empty() : lookup.find(condition.expression());
    boolean outcome =
        condition.literal().isPresent()
            ? value.map(Value::text).equals(condition.literal())
            : value.map(Value::truthy).orElse(false);
    return outcome != condition.negated();
  }
}
