package io.botticelli.core.toml;

/**
 * A place in a text file.
 *
 * @param line 1-based, 0 = the file as a whole
 * @param column 1-based, 0 = unknown
 */
public record Position(int line, int column) {
  /** The file as a whole. */
  public static final Position FILE = new Position(0, 0);
}
