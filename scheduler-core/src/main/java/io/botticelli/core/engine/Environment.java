package io.botticelli.core.engine;

import java.util.Optional;

/** The variables a narrative may name as {@code ${NAME}} or {@code ${env:NAME}}. Thread-safe. */
public interface Environment {
  /** Returns the value of a variable, or empty when it is unset. */
  Optional<String> find(String name);
}
