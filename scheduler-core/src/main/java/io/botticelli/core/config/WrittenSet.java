package io.botticelli.core.config;

import io.botticelli.core.actor.ActorName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A working set beside the words its files say it in, before variables are replaced. Immutable.
 *
 * @param set what the words mean on this node
 * @param server settings of the server file, without actors
 * @param actors settings of each actor: those of its entry in the server file, then those of its
 *     own file
 * @param files path to content of everything that was read
 */
public record WrittenSet(
    WorkingSet set,
    List<Setting> server,
    Map<ActorName, List<Setting>> actors,
    Map<String, WrittenFile> files) {
  public WrittenSet {
    server = List.copyOf(server);
    actors = Map.copyOf(actors);
    files = Map.copyOf(files);
  }

  /** What a file of a working set is for. */
  public enum Purpose {
    /** Server file, or an actor file: its settings are those of the set. */
    SETTINGS,
    /** A TOML file that is neither. */
    NARRATIVE,
    /** Any other text: prompts, context documents. */
    TEXT,
    /** Images and the like, in Base64. */
    MEDIA
  }

  /**
   * A file of the set.
   *
   * @param content the text, or Base64 of media
   */
  public record WrittenFile(Purpose purpose, String content) {}

  /**
   * Sorts sources into files by what they are for.
   *
   * @param settings files whose settings are those of the set
   */
  static Map<String, WrittenFile> files(Map<String, String> sources, List<String> settings) {
    Map<String, WrittenFile> files = new TreeMap<>();
    Map<String, String> media = new LinkedHashMap<>();
    RecordingSourceFiles.texts(sources, media)
        .forEach(
            (path, content) ->
                files.put(
                    path,
                    new WrittenFile(
                        settings.contains(path)
                            ? Purpose.SETTINGS
                            : path.endsWith(".toml") ? Purpose.NARRATIVE : Purpose.TEXT,
                        content)));
    media.forEach((path, content) -> files.put(path, new WrittenFile(Purpose.MEDIA, content)));
    return files;
  }
}
