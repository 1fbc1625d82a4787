package io.botticelli.core.narrative;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One input of an act. */
public sealed interface ActInput {

  /**
   * Text for the model.
   *
   * @param content the text; placeholders not yet replaced
   * @param file path it was read from, or empty when written in the narrative
   */
  record Text(String content, Optional<String> file) implements ActInput {}

  /**
   * An image, sound, video or document. Exactly one of {@code url}, {@code base64}, {@code file}.
   *
   * @param kind {@code image}, {@code audio}, {@code video} or {@code document}
   * @param mime MIME type, given or inferred, or empty
   */
  record Media(
      String kind,
      Optional<String> url,
      Optional<String> base64,
      Optional<String> file,
      Optional<String> mime,
      Optional<String> filename)
      implements ActInput {}

  /**
   * A command to a platform, for example {@code discord} {@code channels.list}.
   *
   * @param arguments argument name to value: String, Long, Double, Boolean, List or Map of these;
   *     placeholders not yet replaced, in file order
   * @param required empty = unset: reads are optional, writes are required
   * @param cacheSeconds lifetime of a cached result, or empty
   * @param capture values to save into state after success: state key to dotted field path
   * @param storeAs state key for the result's id, or empty
   */
  record BotCommand(
      String platform,
      String command,
      Map<String, Object> arguments,
      Optional<Boolean> required,
      Optional<Integer> cacheSeconds,
      Retention retention,
      Map<String, String> capture,
      Optional<String> storeAs)
      implements ActInput {
    public BotCommand {
      arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
      capture = Map.copyOf(capture);
    }
  }

  /**
   * Rows of a content table, rendered as text.
   *
   * @param table table name, identifier checked
   * @param alias name for placeholders: explicit alias, else resource name, else table name
   * @param columns projection; empty = all
   * @param where filter text in the grammar of the content store; may hold {@code {{..}}}
   * @param limit at least 1, or empty for the store's default
   * @param offset rows to skip, at least 0
   * @param orderBy {@code column [ASC|DESC] [NULLS FIRST|LAST], ..}, or empty
   * @param sample number of random rows, or empty; never together with {@code orderBy}
   * @param pullAndDelete empty = unset; see the narrative's {@code preserveSource}
   * @param required true: a missing table or zero rows is an error
   */
  record TableRead(
      String table,
      String alias,
      List<String> columns,
      Optional<String> where,
      Optional<Integer> limit,
      Optional<Integer> offset,
      Optional<String> orderBy,
      TableFormat format,
      Optional<Integer> sample,
      Optional<Boolean> pullAndDelete,
      Retention retention,
      boolean required)
      implements ActInput {
    public TableRead {
      columns = List.copyOf(columns);
    }
  }

  /** Another narrative, run when the input is processed; its final response becomes a text part. */
  record NestedNarrative(Narrative narrative, Retention retention) implements ActInput {}

  /** How rows are rendered for the model. */
  enum TableFormat {
    JSON,
    MARKDOWN,
    CSV
  }

  /** What stays of an input in the conversation after its act. */
  enum Retention {
    /** Kept; large parts are summarised. */
    FULL,
    /** Replaced by a one-line summary. */
    SUMMARY,
    /** Removed. */
    DROP
  }
}
