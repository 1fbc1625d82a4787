package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.TableException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sort orders: the grammar of {@code order_by} and the defaults. Pure. */
final class OrderBy {
  private static final int MAX_LENGTH = 2_000;
  private static final Pattern ITEM =
      Pattern.compile(
          "\\s*\"?([A-Za-z_][A-Za-z0-9_]{0,62})\"?(\\s+(?:ASC|DESC))?(\\s+NULLS\\s+(?:FIRST|LAST))?\\s*",
          Pattern.CASE_INSENSITIVE);

  private OrderBy() {}

  /**
   * Returns {@code ORDER BY ..} for a query's own order, with the key as last criterion so that
   * pages do not overlap.
   *
   * @throws TableException {@code filter_refused} or {@code column_missing}
   */
  static String of(String orderBy, Relation table) {
    if (orderBy.length() > MAX_LENGTH) {
      throw refused("it is longer than " + MAX_LENGTH + " characters");
    }
    List<String> items = new ArrayList<>();
    Set<String> named = new LinkedHashSet<>();
    for (String item : orderBy.split(",", -1)) {
      Matcher matcher = ITEM.matcher(item);
      if (!matcher.matches()) {
        throw refused(
            Identifiers.shown(item.strip()) + " is not \"column [ASC|DESC] [NULLS FIRST|LAST]\"");
      }
      TableColumn column = table.columns().get(matcher.group(1).toLowerCase(Locale.ROOT));
      named.add(column.name());
      items.add(column.quoted() + upper(matcher.group(2)) + upper(matcher.group(3)));
    }
    table
        .key()
        .filter(key -> !named.contains(key.name()))
        .ifPresent(key -> items.add(key.quoted()));
    return " ORDER BY " + String.join(", ", items);
  }

  /** The order of a query that names none: by {@code generated_at}, then {@code id}, as present. */
  static String byAge(Columns columns, boolean newestFirst) {
    List<String> items = new ArrayList<>();
    for (String name : List.of("generated_at", "id")) {
      Optional<TableColumn> column = columns.find(name);
      column.ifPresent(
          c -> items.add(c.quoted() + (newestFirst ? " DESC NULLS LAST" : " ASC NULLS FIRST")));
    }
    return items.isEmpty() ? "" : " ORDER BY " + String.join(", ", items);
  }

  private static String upper(@Nullable String words) {
    return words == null
        ? ""
        : " " + words.strip().toUpperCase(Locale.ROOT).replaceAll("\\s+", " ");
  }

  private static TableException refused(String why) {
    return new TableException("filter_refused", "order_by refused: " + why);
  }
}
