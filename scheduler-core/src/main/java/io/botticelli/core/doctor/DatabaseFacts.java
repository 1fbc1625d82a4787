package io.botticelli.core.doctor;

import java.util.Optional;

/**
 * What the database says about itself and the cluster.
 *
 * @param version as the server tells it
 * @param major its first number
 * @param searchPath of a plain session
 * @param maxConnections for roles without privileges
 * @param usedConnections of all clients
 * @param changes changesets applied
 * @param lastChange id of the last one
 * @param nodesUp nodes whose check-in is fresh
 * @param nodesLost nodes whose check-in is old and that never said farewell
 * @param definition version in force, or empty
 */
public record DatabaseFacts(
    String version,
    int major,
    String searchPath,
    int maxConnections,
    int usedConnections,
    int changes,
    String lastChange,
    int nodesUp,
    int nodesLost,
    Optional<String> definition) {

  /** Where the facts come from. */
  @FunctionalInterface
  public interface Source {
    /**
     * Asks now.
     *
     * @throws io.botticelli.core.StoreException if the database fails
     */
    DatabaseFacts ask();
  }
}
