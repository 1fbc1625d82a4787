package io.botticelli.core.db;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that uses the embedded database of a home until its standard input ends. */
public final class EmbeddedDatabaseProcess {
  private EmbeddedDatabaseProcess() {}

  /**
   * @param arguments the home directory and the one for programs
   */
  public static void main(String[] arguments) throws IOException {
    try (EmbeddedDatabase database =
            EmbeddedDatabase.startOrJoin(Path.of(arguments[0]), Path.of(arguments[1]));
        PrintStream output =
            new PrintStream(
                new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)) {
      output.println(database.jdbcUrl());
      while (System.in.read() >= 0) {
        continue;
      }
    }
  }
}
