package io.botticelli.core.node;

import io.botticelli.core.config.ConfigException;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.definition.Definitions;
import io.botticelli.core.definition.StoredDefinition;
import io.botticelli.core.scheduling.ActorCatalog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The working sets the cluster agreed on, loaded with this node's variables. A version that cannot
 * be loaded here leaves the one before in force on this node. Thread-safe.
 */
final class AgreedDefinitions implements ActorCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(AgreedDefinitions.class);

  /** A running execution keeps the version it was opened with. */
  private static final int KEPT = 4;

  private final Definitions definitions;
  private final Environment environment;
  private final Map<String, WorkingSet> loaded =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, WorkingSet> eldest) {
          return size() > KEPT;
        }
      };
  private @Nullable WorkingSet inForce;
  private @Nullable String refused;
  private String refusal = "";

  AgreedDefinitions(Definitions definitions, Environment environment) {
    this.definitions = definitions;
    this.environment = environment;
  }

  @Override
  public synchronized Snapshot current() {
    Optional<Definitions.InForce> agreed = definitions.inForce();
    return use(agreed.map(Definitions.InForce::version))
        .map(
            set ->
                new Snapshot(
                    set.version(),
                    set.actors(),
                    agreed.map(Definitions.InForce::sequence).orElse(0L),
                    refused == null,
                    set.server().firing().concurrencyGroups()))
        .orElseGet(() -> new Snapshot("", List.of()));
  }

  /** Returns the working set in force on this node; empty before the first was applied. */
  synchronized Optional<WorkingSet> workingSet() {
    return use(definitions.currentVersion());
  }

  private Optional<WorkingSet> use(Optional<String> version) {
    if (version.isPresent() && !version.get().equals(refused)) {
      try {
        inForce = load(version.get());
        refused = null;
        refusal = "";
      } catch (ConfigException failure) {
        if (inForce == null) {
          throw failure;
        }
        refused = version.get();
        refusal = String.valueOf(failure.getMessage());
        LOG.error(
            "definition {} cannot be used on this node, {} stays in force here: {}",
            version.get(),
            inForce.shortVersion(),
            failure.getMessage());
      }
    }
    return Optional.ofNullable(inForce);
  }

  /**
   * Returns the working set of a version.
   *
   * @throws NodeException if it is not stored
   */
  synchronized WorkingSet workingSet(String version) {
    return load(version);
  }

  /** Returns why this node does not run what the cluster agreed on, "" when it does. */
  synchronized String refusal() {
    return refusal;
  }

  private WorkingSet load(String version) {
    WorkingSet known = loaded.get(version);
    if (known == null) {
      StoredDefinition stored =
          definitions
              .find(version)
              .orElseThrow(
                  () ->
                      new NodeException(
                          "definition_missing",
                          "definition " + version + " is not stored; apply the working set again"));
      known = stored.load(environment);
      loaded.put(version, known);
    }
    return known;
  }
}
