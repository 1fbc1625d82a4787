package io.botticelli.core.engine;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.StoreException;
import io.botticelli.core.engine.JsonExtractor.Extraction;
import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.table.ContentTables;
import io.botticelli.core.table.ContentTables.StoreRequest;
import io.botticelli.core.table.TableException;
import io.botticelli.core.table.TableNames;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores the JSON of responses as rows, when the narrative wants that. */
final class ContentStorage {
  private static final Logger LOG = LoggerFactory.getLogger(ContentStorage.class);

  private final ContentTables tables;
  private final JsonExtractor extractor;

  ContentStorage(ContentTables tables, JsonExtractor extractor) {
    this.tables = tables;
    this.extractor = extractor;
  }

  /**
   * Stores the rows of a response, if they are wanted. Where they are wanted explicitly and cannot
   * be stored, the pass is marked and the failure recorded; the run goes on.
   *
   * @param schemaAssembled the act's prompt described the template table
   * @return rows stored
   * @throws StoreException if the database is away
   */
  int store(Pass pass, int sequence, ActAnswer answer, boolean schemaAssembled, long durationMs) {
    Narrative narrative = pass.narrative();
    Act act = narrative.acts().get(sequence);
    if (!isWanted(pass, sequence, act, schemaAssembled)) {
      return 0;
    }
    boolean explicit =
        narrative.target().isPresent()
            || narrative.template().isPresent()
            || act.extractOutput().orElse(false);
    String table = TableNames.sanitise(narrative.target().orElse(narrative.name()));
    Optional<Extraction> extraction = extractor.extract(answer.response());
    StoreRequest request =
        new StoreRequest(
            table,
            Keys.bounded(pass.path() + "/" + sequence + ":" + pass.countStore()),
            narrative.template(),
            extraction.map(Extraction::rows).orElse(List.of()),
            narrative.name(),
            narrative.file(),
            act.name(),
            answer.model(),
            pass.runId(),
            durationMs);
    if (extraction.isEmpty()) {
      return nothingFound(pass, request, explicit);
    }
    extraction
        .get()
        .warnings()
        .forEach(warning -> pass.session().warn(where(request) + ": " + warning));
    if (extraction.get().repaired()) {
      pass.session().warn(where(request) + ": the JSON of the response had to be repaired");
    }
    return extraction.get().rows().isEmpty() ? 0 : store(pass, request, explicit);
  }

  private int store(Pass pass, StoreRequest request, boolean explicit) {
    try {
      int rows = tables.store(pass.session().fence(), request);
      pass.markContentStored();
      pass.session().countRows(rows);
      return rows;
    } catch (StoreException failed) {
      if (failed.isRetryable()) {
        throw failed;
      }
      return failed(pass, request, explicit, failed);
    } catch (TableException refused) {
      return failed(pass, request, explicit, refused);
    }
  }

  private int failed(
      Pass pass, StoreRequest request, boolean explicit, ActorServerException failure) {
    String message = String.valueOf(failure.getMessage());
    pass.session().warn(where(request) + ": rows were not stored: " + message);
    if (explicit) {
      pass.markContentFailed();
      tables.recordFailedGeneration(pass.session().fence(), request, message);
    }
    return 0;
  }

  private int nothingFound(Pass pass, StoreRequest request, boolean explicit) {
    if (!explicit) {
      LOG.info("{}: the response holds no JSON, nothing to store", where(request));
      return 0;
    }
    String message = "the response holds no JSON object or array of objects";
    pass.session().warn(where(request) + ": rows were not stored: " + message);
    pass.markContentFailed();
    tables.recordFailedGeneration(pass.session().fence(), request, message);
    return 0;
  }

  private static boolean isWanted(Pass pass, int sequence, Act act, boolean schemaAssembled) {
    Narrative narrative = pass.narrative();
    if (!pass.session().request().saveContent()) {
      return false;
    }
    boolean wanted = isWanted(narrative, sequence, schemaAssembled);
    boolean last = sequence == narrative.acts().size() - 1;
    if (!wanted
        && last
        && act.isAction()
        && narrative.target().isPresent()
        && !narrative.skipContentGeneration()
        && act.extractOutput().orElse(true)) {
      pass.session()
          .warn(
              "narrative "
                  + narrative.name()
                  + " has a target, but its last act "
                  + act.name()
                  + " calls no model; nothing is stored");
    }
    return wanted;
  }

  /** Tells whether the response of an act is stored when content is saved at all. */
  static boolean isWanted(Narrative narrative, int sequence, boolean schemaAssembled) {
    Act act = narrative.acts().get(sequence);
    boolean explicitAct = act.extractOutput().orElse(false);
    boolean last = sequence == narrative.acts().size() - 1;
    if (narrative.skipContentGeneration()
        || act.composition().isPresent()
        || !act.extractOutput().orElse(true)) {
      return false;
    }
    return explicitAct
        || !act.isAction() && (last || narrative.template().isPresent() && schemaAssembled);
  }

  private static String where(StoreRequest request) {
    return "narrative "
        + request.narrative()
        + ", act "
        + request.act()
        + ", table "
        + request.table();
  }
}
