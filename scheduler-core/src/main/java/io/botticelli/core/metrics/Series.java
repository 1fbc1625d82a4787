package io.botticelli.core.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * One metric with its label values.
 *
 * @param values one for each label of the family, in its order
 */
record Series(Family family, List<String> values) {
  private static final int LONGEST_VALUE = 120;

  /** What label sets beyond the limit are counted under. */
  private static final String OVERFLOW = "(other)";

  static Series of(Family family, String... values) {
    if (values.length != family.labels().size()) {
      throw new IllegalArgumentException(
          family.shown() + " has the labels " + family.labels() + ", not " + values.length);
    }
    List<String> clean = new ArrayList<>(values.length);
    for (String value : values) {
      clean.add(clean(value));
    }
    return new Series(family, List.copyOf(clean));
  }

  Series overflow() {
    return new Series(family, family.labels().stream().map(label -> OVERFLOW).toList());
  }

  boolean hasValue(String label, String value) {
    int index = family.labels().indexOf(label);
    return index >= 0 && values.get(index).equals(clean(value));
  }

  /** Returns {@code name{label="value"}}: one name for each series, whatever the values hold. */
  String flatName() {
    StringBuilder name = new StringBuilder(family.shown());
    for (int i = 0; i < values.size(); i++) {
      name.append(i == 0 ? '{' : ',').append(family.labels().get(i)).append("=\"");
      name.append(values.get(i).replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    return values.isEmpty() ? name.toString() : name.append('}').toString();
  }

  /** Shortens a value from outside and shows control characters and half characters as blanks. */
  static String clean(String value) {
    StringBuilder clean = new StringBuilder();
    value
        .codePoints()
        .limit(LONGEST_VALUE)
        .map(c -> Character.isISOControl(c) || isSurrogate(c) ? ' ' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
