package io.botticelli.core.table;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.FailureClass;

/** A table name, column, filter or value a narrative or model wrote cannot be used; permanent. */
public final class TableException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  /**
   * @param code {@code table_missing}, {@code column_missing}, {@code filter_refused}, {@code
   *     identifier_invalid}, {@code table_not_allowed}, {@code value_invalid}, {@code row_missing}
   *     or {@code row_changed}
   * @param message names the offending token and what is allowed
   */
  public TableException(String code, String message) {
    super(code, message, null);
  }

  @Override
  public FailureClass failureClass() {
    return "table_not_allowed".equals(code()) ? FailureClass.PERMANENT : FailureClass.TRANSIENT;
  }
}
