package io.botticelli.core.table.jdbc;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;

/**
 * A piece of SQL with its bound values, in order.
 *
 * @param values each an Integer, Long, BigDecimal or String; strings are bound without a type, so
 *     that PostgreSQL infers it as it does for a literal
 */
record SqlFragment(String sql, List<Object> values) {
  SqlFragment {
    values = List.copyOf(values);
  }

  /** Binds the values from {@code first} on and returns the index after the last. */
  int bind(PreparedStatement statement, int first) throws SQLException {
    int index = first;
    for (Object value : values) {
      if (value instanceof Integer number) {
        statement.setInt(index, number);
      } else if (value instanceof Long number) {
        statement.setLong(index, number);
      } else if (value instanceof BigDecimal number) {
        statement.setBigDecimal(index, number);
      } else {
        statement.setObject(index, value, Types.OTHER);
      }
      index++;
    }
    return index;
  }
}
