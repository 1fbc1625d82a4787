package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.SourceFileException;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The reading of one act: where it stands, where mistakes go, what was noticed on the way. */
final class Reading {
  private final LoadedFile file;
  private final LoadSession session;
  private final ProblemReporter reporter;
  private final boolean listed;
  private final List<PlaceholderUse> placeholders = new ArrayList<>();

  /**
   * @param listed false: nobody runs the act, so nested narratives are not followed
   */
  Reading(LoadedFile file, LoadSession session, ProblemReporter reporter, boolean listed) {
    this.file = file;
    this.session = session;
    this.reporter = reporter;
    this.listed = listed;
  }

  LoadedFile file() {
    return file;
  }

  LoadSession session() {
    return session;
  }

  ProblemReporter reporter() {
    return reporter;
  }

  boolean isListed() {
    return listed;
  }

  EnvironmentPlaceholders environment() {
    return session.environment();
  }

  List<PlaceholderUse> placeholders() {
    return placeholders;
  }

  /** Remembers the placeholders of a text that must resolve before something happens outside. */
  void noticePlaceholders(String text, List<String> path) {
    placeholders.addAll(PlaceholderUse.in(text, path));
  }

  TomlSection section(ObjectNode node, List<String> path) {
    return new TomlSection(reporter, node, path);
  }

  /**
   * Finds a text or media file; reports a missing one.
   *
   * @param written path or bare name, may hold environment variables
   */
  Optional<String> findFile(String written, List<String> path) {
    String reference = environment().expand(written);
    try {
      Optional<String> found = session.find(reference, file.path());
      if (found.isEmpty() && session.lookup().leadsOutside(reference, file.path())) {
        reporter.error(
            "file_outside",
            path,
            "file "
                + Suggestions.quote(written)
                + " leads outside of this file's directory, the context path and the working"
                + " directory; move it below one of them");
      } else if (found.isEmpty()) {
        reporter.error(
            "missing_file",
            path,
            "file "
                + Suggestions.quote(written)
                + " does not exist"
                + places(written, reference, session.lookup().placesTried(reference, file.path())));
      }
      return found;
    } catch (SourceFileException e) {
      reporter.error("unreadable_file", path, e.getMessage());
      return Optional.empty();
    }
  }

  /** Names places that were tried, unless they show the value of an environment variable. */
  static String places(String written, String expanded, String tried) {
    return written.equals(expanded) ? "; looked at " + tried : "; are its variables right?";
  }

  /** Reads a text file found by {@link #findFile}; reports one that cannot be read. */
  Optional<String> readText(String found, List<String> path) {
    try {
      Optional<String> text = session.readText(found);
      if (text.isEmpty()) {
        reporter.error("missing_file", path, "file " + Suggestions.quote(found) + " is gone");
      }
      return text;
    } catch (SourceFileException e) {
      reporter.error("unreadable_file", path, e.getMessage());
      return Optional.empty();
    }
  }
}
