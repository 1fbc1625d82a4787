package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.cluster.ClusterNodes;
import io.botticelli.core.cluster.ClusterNodes.ClusterStart;
import io.botticelli.core.cluster.ClusterNodes.Member;
import io.botticelli.core.cluster.ClusterNodes.Report;
import io.botticelli.core.cluster.NodeState;
import io.botticelli.core.metrics.ActorMetrics;
import io.botticelli.core.scheduling.ClusterScheduler;
import io.botticelli.core.scheduling.StandbyReason;
import io.botticelli.core.signal.Signals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's row among the members of the cluster: gives a sign every few seconds, and drains or
 * fires again as a person asked there. Thread-safe.
 */
final class Membership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final ClusterNodes nodes;
  private final Signals signals;
  private final ClusterScheduler scheduler;
  private final ClockGuard clock;
  private final ActorMetrics metrics;
  private final String host;
  private final String version;
  private final AtomicBoolean signAwaited = new AtomicBoolean();
  private final ScheduledExecutorService timer;
  private Signals.@Nullable Subscription subscription;
  private boolean joined;
  private volatile String drainedBy = "";

  Membership(
      ClusterNodes nodes,
      Signals signals,
      ClusterScheduler scheduler,
      ClockGuard clock,
      ActorMetrics metrics,
      String host,
      String version) {
    this.nodes = nodes;
    this.signals = signals;
    this.scheduler = scheduler;
    this.clock = clock;
    this.metrics = metrics;
    this.host = host;
    this.version = version;
    this.timer = DaemonTimer.named("membership");
  }

  /**
   * Makes this node a member.
   *
   * @throws io.botticelli.core.StoreException if the database fails
   */
  synchronized ClusterStart join() {
    ClusterStart start = nodes.join(report());
    joined = true;
    subscription =
        signals.subscribe(
            Signals.NODE,
            who -> {
              if (who.isEmpty() || who.equals(scheduler.instanceId())) {
                soon();
              }
            });
    timer.scheduleWithFixedDelay(
        this::giveSign, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return start;
  }

  /** Returns who asked this node to drain, "" when it does not drain or nobody said who. */
  String drainedBy() {
    return drainedBy;
  }

  private void soon() {
    // However many hints arrive, one sign that was not given yet answers them all.
    if (!signAwaited.compareAndSet(false, true)) {
      return;
    }
    try {
      timer.execute(
          () -> {
            signAwaited.set(false);
            giveSign();
          });
    } catch (RejectedExecutionException stopping) {
      LOG.debug("no sign is given any more, the node stops");
    }
  }

  /** Work that throws would end its schedule. */
  private void giveSign() {
    try {
      if (obey(nodes.beat(report()))) {
        nodes.beat(report());
      }
      show(nodes.list());
    } catch (ActorServerException failure) {
      LOG.warn("this node gave no sign to the others: {}", failure.getMessage());
    } catch (RuntimeException failure) {
      LOG.error("giving a sign to the other nodes failed, it is tried again", failure);
    }
  }

  private boolean obey(Optional<String> drainRequestedBy) {
    drainedBy = drainRequestedBy.orElse("");
    if (drainRequestedBy.isPresent()) {
      boolean began = scheduler.standBy(StandbyReason.DRAINING);
      if (began) {
        LOG.warn(
            "this node drains, asked for by {}: {} runs end, nothing new is fired here",
            drainedBy,
            scheduler.countRunning());
      }
      return began;
    }
    boolean ended = scheduler.resume(StandbyReason.DRAINING);
    if (ended) {
      LOG.info("this node does not drain any more");
    }
    return ended;
  }

  private void show(List<Member> members) {
    for (NodeState state : NodeState.values()) {
      metrics.clusterNodes(
          state.stored(),
          members.stream().filter(member -> !member.isLost() && member.state() == state).count());
    }
    metrics.clusterNodes("lost", members.stream().filter(Member::isLost).count());
  }

  private Report report() {
    NodeState state =
        scheduler.isDraining()
            ? NodeState.DRAINING
            : scheduler.isFiring() ? NodeState.UP : NodeState.STANDBY;
    return new Report(
        scheduler.instanceId(),
        host,
        ProcessHandle.current().pid(),
        version,
        state,
        scheduler.countRunning(),
        clock.skew());
  }

  /** Gives no sign any more and takes the row away. */
  @Override
  public void close() {
    timer.shutdownNow();
    try {
      // A sign on its way would bring the row back.
      if (!timer.awaitTermination(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the last sign of this node does not end; its row may stay and count as lost");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      if (subscription != null) {
        subscription.close();
      }
      if (!joined) {
        return;
      }
      joined = false;
    }
    try {
      nodes.leave(scheduler.instanceId());
      signals.publish(Signals.NODE, "");
    } catch (ActorServerException failure) {
      LOG.warn("this node's row stays and counts as lost: {}", failure.getMessage());
    }
  }
}
