package io.botticelli.core.node;

import io.botticelli.core.cluster.ClusterNodes;
import io.botticelli.core.cluster.ClusterNodes.Member;
import io.botticelli.core.signal.Signals;
import java.util.List;

/**
 * What a person sees of the members of the cluster and asks of them, from any process. Methods
 * throw {@link io.botticelli.core.StoreException} when the database fails. Thread-safe.
 */
public final class Cluster {
  private final ClusterNodes nodes;
  private final Signals signals;

  Cluster(ClusterNodes nodes, Signals signals) {
    this.nodes = nodes;
    this.signals = signals;
  }

  /** Lists members, and those lost within a day, oldest first. */
  public List<Member> list() {
    return nodes.list();
  }

  /**
   * Asks a node to fire nothing more while its runs end; the others go on. Lasts until it is
   * resumed or stopped.
   *
   * @param by who asks
   * @throws NodeException {@code node_not_found} if there is no such node
   */
  public void drain(String instanceId, String by) {
    tell(instanceId, nodes.requestDrain(instanceId, by));
  }

  /**
   * Lets a node fire again.
   *
   * @throws NodeException {@code node_not_found} if there is no such node
   */
  public void resume(String instanceId) {
    tell(instanceId, nodes.resume(instanceId));
  }

  private void tell(String instanceId, boolean found) {
    if (!found) {
      throw new NodeException(
          "node_not_found",
          "there is no node " + instanceId + " in the cluster; list them with: nodes list");
    }
    signals.publish(Signals.NODE, instanceId);
  }
}
