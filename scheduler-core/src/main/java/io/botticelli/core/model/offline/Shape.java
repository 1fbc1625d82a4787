package io.botticelli.core.model.offline;

import java.util.List;
import java.util.Map;

/** The form of a JSON value a prompt asks for. */
sealed interface Shape {
  /**
   * @param fields name to form, in the order asked for
   */
  record Fields(Map<String, Shape> fields) implements Shape {}

  /**
   * @param element form of every element
   * @param exampleSize elements in the example, 0 = unknown
   */
  record Elements(Shape element, int exampleSize) implements Shape {}

  /**
   * A single value.
   *
   * @param hint what the prompt says or shows about it, may be empty
   * @param shown true when the hint is an example value, false when it is a description
   * @param choices allowed values, empty = any
   */
  record Value(Kind kind, String hint, boolean shown, List<String> choices) implements Shape {
    public Value {
      choices = List.copyOf(choices);
    }

    static Value described(Kind kind, String hint) {
      return new Value(kind, hint, false, List.of());
    }
  }

  /** JSON type of a single value. */
  enum Kind {
    TEXT,
    INTEGER,
    DECIMAL,
    BOOLEAN,
    DATE,
    NULL
  }
}
