package io.botticelli.core.config;

import io.botticelli.core.toml.SourceFileException;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the files that server and actor files name: beside the naming file, beside the server file,
 * below the working directory and context path, and in {@code narratives/} of these; a narrative
 * that is in none of these places is searched by its file name below {@code narratives/}.
 *
 * <p>Looking does not take a file into the working set; only reading does.
 */
final class NarrativeFinder {
  private static final String ENDING = ".toml";
  private static final String NARRATIVES = "narratives";

  private final RecordingSourceFiles files;
  private final String serverFile;

  NarrativeFinder(RecordingSourceFiles files, String serverFile) {
    this.files = files;
    this.serverFile = serverFile;
  }

  /** Finds an actor file named by the server file. */
  Optional<String> actorFile(String reference) {
    return actorPlaces(reference).stream().filter(files::isThere).findFirst();
  }

  /** Returns the places {@link #actorFile} looks at. */
  List<String> actorPlaces(String reference) {
    return places(files.lookupRoots(serverFile), reference);
  }

  /** Finds a narrative named by an actor file (or by the server file itself). */
  Optional<String> narrative(String reference, String callingFile) {
    Optional<String> hit =
        narrativePlaces(reference, callingFile).stream().filter(this::mayHoldNarrative).findFirst();
    if (hit.isPresent()) {
      return hit;
    }
    String file = withEnding(reference);
    String name = file.substring(file.lastIndexOf('/') + 1);
    for (String root : roots(callingFile)) {
      Optional<String> found = files.search(files.resolve(root, NARRATIVES), name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Returns the places {@link #narrative} looks at first. */
  List<String> narrativePlaces(String reference, String callingFile) {
    Set<String> places = new LinkedHashSet<>(places(roots(callingFile), reference));
    for (String root : roots(callingFile)) {
      places.addAll(places(List.of(files.resolve(root, NARRATIVES)), reference));
    }
    return List.copyOf(places);
  }

  private List<String> roots(String callingFile) {
    List<String> calling = files.lookupRoots(callingFile);
    List<String> server = files.lookupRoots(serverFile);
    Set<String> roots = new LinkedHashSet<>();
    roots.add(calling.get(0));
    roots.add(server.get(0));
    // Working directory before context path: narratives are not context documents.
    roots.add(calling.get(calling.size() - 1));
    roots.addAll(calling);
    return List.copyOf(roots);
  }

  private List<String> places(List<String> roots, String reference) {
    List<String> places = new ArrayList<>();
    for (String root : roots) {
      if (!reference.isBlank()) {
        places.add(files.resolve(root, withEnding(reference)));
      }
    }
    return places.stream().distinct().toList();
  }

  /** Actors are often called like their narratives; {@code actors/post.toml} is not meant then. */
  private boolean mayHoldNarrative(String path) {
    if (!files.isThere(path) || path.equals(serverFile)) {
      return false;
    }
    try {
      return files
          .peek(path)
          .map(text -> FileKind.of(TomlDocument.parse(path, text)) == FileKind.NARRATIVE)
          .orElse(false);
    } catch (TomlSyntaxException | SourceFileException e) {
      // It is the file that is meant; reading it will say what is wrong with it.
      return true;
    }
  }

  private static String withEnding(String reference) {
    return reference.endsWith(ENDING) ? reference : reference + ENDING;
  }
}
