package io.botticelli.web.cluster;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Production classes with a mistake built in, compiled beside the real ones: what a checker that
 * sees must notice. The source is patched as text, so that production code needs no switch for it.
 */
final class SabotagedBuild {
  private static final Path SOURCES =
      Path.of(System.getProperty("botticelli.project.root", ".."))
          .resolve("scheduler-core/src/main/java/io/botticelli/core");

  private final List<Path> patched = new ArrayList<>();
  private final Path sources;
  private final Path classes;

  /**
   * @param directory for patched sources and their classes
   */
  SabotagedBuild(Path directory) {
    this.sources = directory.resolve("sabotaged-sources");
    this.classes = directory.resolve("sabotaged-classes");
  }

  /**
   * Replaces a piece of a class.
   *
   * @param source path below {@code io/botticelli/core}
   * @param before text that stands there exactly once
   * @throws IllegalStateException if it does not: the sabotage has to follow the code
   */
  SabotagedBuild replace(String source, String before, String after) {
    try {
      String text = Files.readString(SOURCES.resolve(source));
      int at = text.indexOf(before);
      if (at < 0 || text.indexOf(before, at + 1) >= 0) {
        throw new IllegalStateException(
            source + " no longer holds exactly once: " + before + "; adapt the sabotage");
      }
      Path target = sources.resolve(source);
      Files.createDirectories(target.getParent());
      Files.writeString(target, text.replace(before, after));
      patched.add(target);
      return this;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Compiles what was patched; returns the directory for the front of a class path. */
  Path compile() {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      Files.createDirectories(classes);
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of("-proc:none", "-d", classes.toString(), "-cp", classPath),
                  null,
                  files.getJavaFileObjectsFromPaths(patched))
              .call();
      if (!compiled) {
        throw new IllegalStateException("the sabotage does not compile: " + said);
      }
      return classes;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
