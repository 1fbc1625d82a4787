package io.botticelli.core.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.ActorServerException;
import io.botticelli.core.engine.Platforms;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.platform.Platform;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Outcome;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import io.botticelli.core.posting.OutboundPosts;
import io.botticelli.core.posting.OutboundPosts.OutboundMessage;
import io.botticelli.core.scheduling.LeaseKeeper;
import io.botticelli.core.security.Approvals;
import io.botticelli.core.security.Approvals.Approval;
import io.botticelli.core.security.Approvals.Decision;
import io.botticelli.core.security.Approvals.Request;
import io.botticelli.core.security.Approvals.Turn;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Where people decide about commands that wait. An approved command is carried out here, at once
 * and once: whoever approves it again after a crash carries out what is left to do. Thread-safe.
 */
public final class ApprovalDesk {
  private static final String SEND = "messages.send";

  /** Doing these twice makes two of something, or takes away more than was approved. */
  private static final Set<String> NOT_REPEATABLE =
      Set.of(
          "channels.create",
          "channels.create_invite",
          "messages.clear",
          "roles.create",
          "threads.create",
          "forum.create_post",
          "events.create");

  private final Approvals approvals;
  private final Platforms platforms;
  private final OutboundPosts posts;
  private final ExecutionHistory history;
  private final LeaseKeeper leases;
  private final Clock clock;
  private final String nodeId;
  private final boolean dryRun;

  /**
   * @param dryRun true: nothing may be carried out, so nothing can be approved
   */
  ApprovalDesk(
      Approvals approvals,
      Platforms platforms,
      OutboundPosts posts,
      ExecutionHistory history,
      LeaseKeeper leases,
      Clock clock,
      String nodeId,
      boolean dryRun) {
    this.approvals = approvals;
    this.platforms = platforms;
    this.posts = posts;
    this.history = history;
    this.leases = leases;
    this.clock = clock;
    this.nodeId = nodeId;
    this.dryRun = dryRun;
  }

  /** Lists requests, newest first; as {@link Approvals#list}. */
  public List<Approval> list(boolean undecidedOnly, int limit) {
    return approvals.list(undecidedOnly, limit);
  }

  /** Finds a request. */
  public Optional<Approval> find(long id) {
    return approvals.find(id);
  }

  /**
   * Approves a request and carries the command out. One that was approved before and not carried
   * out yet is carried out now.
   *
   * @param by who approves
   * @return the request with the command's result
   * @throws NodeException if it cannot be approved: unknown, denied, expired, carried out, in
   *     somebody else's hands, or begun by somebody who died and not safe to repeat
   * @throws ActorServerException if the command fails; approving it again tries again unless it may
   *     have had its effect
   */
  public Approval approve(long id, String by) {
    if (dryRun) {
      throw refused("security.mode is dry_run, so nothing can be carried out; change it first");
    }
    if (!approvals.decide(id, true, by, "")) {
      requireApproved(get(id));
    }
    carryOut(get(id));
    return get(id);
  }

  /**
   * Denies a request.
   *
   * @param by who denies
   * @param reason why
   * @throws NodeException if it was decided before, has expired or does not exist
   */
  public Approval deny(long id, String by, String reason) {
    if (!approvals.decide(id, false, by, reason)) {
      throw refused(describe(get(id)) + ", so it cannot be denied");
    }
    return get(id);
  }

  private Approval get(long id) {
    return approvals
        .find(id)
        .orElseThrow(() -> refused("there is no approval " + id + "; see 'approvals list'"));
  }

  private static void requireApproved(Approval approval) {
    if (approval.decision() != Decision.APPROVED || approval.executedAt().isPresent()) {
      throw refused(describe(approval) + ", so it cannot be approved");
    }
  }

  private static String describe(Approval approval) {
    String who = approval.decidedBy().map(by -> " by " + by).orElse("");
    return "approval "
        + approval.id()
        + switch (approval.decision()) {
          case PENDING -> " is pending";
          case EXPIRED -> " expired at " + approval.expiresAt();
          case DENIED -> " was denied" + who;
          case APPROVED ->
              approval.executedAt().map(at -> " was carried out at " + at).orElse(" was approved")
                  + who;
        };
  }

  private static NodeException refused(String message) {
    return new NodeException("approval_refused", message);
  }

  private void carryOut(Approval approval) {
    FireIdentity identity =
        new FireIdentity(
            Workbench.ACTOR,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            Kind.MANUAL,
            UUID.randomUUID().toString());
    OpenOutcome outcome =
        history.open(
            new OpenRequest(
                identity,
                nodeId,
                false,
                "",
                Map.of("approval", Long.toString(approval.id())),
                leases.lease()));
    if (!(outcome instanceof OpenOutcome.Opened opened)) {
      throw new IllegalStateException("a fresh receipt cannot belong to another execution");
    }
    Fence fence = opened.fence();
    try (LeaseKeeper.Held kept = leases.keep(fence)) {
      try {
        inTurn(fence, approval);
      } catch (RuntimeException failure) {
        close(fence, Optional.of(failure));
        throw failure;
      }
      close(fence, Optional.empty());
    }
  }

  private void inTurn(Fence fence, Approval approval) {
    long id = approval.id();
    Turn turn = approvals.begin(fence, id);
    boolean posting = approval.request().command().equals(SEND);
    switch (turn) {
      case FIRST -> {}
      case REPEATED -> {
        if (!posting && NOT_REPEATABLE.contains(approval.request().command())) {
          approvals.fail(fence, id, "begun before and not known to have ended", true);
          throw refused(
              "approval "
                  + id
                  + " was begun by somebody who died: "
                  + approval.request().command()
                  + " may have been carried out and is not repeated; look at the platform");
        }
      }
      case OTHERS -> throw refused("approval " + id + " is being carried out by somebody else");
      case DONE, NOT_APPROVED ->
          throw refused(describe(get(id)) + ", so it is not carried out again");
    }
    JsonNode result;
    try {
      result = posting ? post(fence, approval) : execute(approval.request());
    } catch (PlatformException failure) {
      // What became of a post is known to the outbound table, which looks before it sends again.
      boolean unknown = failure.outcome() == Outcome.UNKNOWN && !posting;
      approvals.fail(fence, id, String.valueOf(failure.getMessage()), unknown);
      throw failure;
    }
    approvals.finish(fence, id, result);
  }

  private JsonNode execute(Request request) {
    return platform(request).execute(new PlatformCommand(request.command(), request.arguments()));
  }

  private Platform platform(Request request) {
    return platforms
        .find(request.platform())
        .orElseThrow(
            () ->
                PlatformException.rejected(
                    PlatformException.Kind.PLATFORM_UNKNOWN,
                    "platform " + request.platform() + " is not available here"));
  }

  private JsonNode post(Fence fence, Approval approval) {
    Request request = approval.request();
    if (!(platform(request) instanceof PostingPlatform platform)) {
      throw PlatformException.rejected(
          PlatformException.Kind.COMMAND_NOT_IMPLEMENTED,
          "platform " + request.platform() + " cannot publish messages");
    }
    boolean tts = "true".equalsIgnoreCase(text(request, "tts").strip());
    List<PostReceipt> receipts =
        posts.send(
            fence,
            platform,
            new OutboundMessage(
                "approval:" + approval.id(),
                request.actor(),
                text(request, "channel_id"),
                text(request, "content"),
                tts,
                request.source()));
    PostReceipt first = receipts.get(0);
    ObjectNode result =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", first.messageId())
            .put("channel_id", first.channelId())
            .put("content", first.content())
            .put("timestamp", first.timestamp().toString())
            .put("tts", tts);
    if (receipts.size() > 1) {
      result.put("split_messages", receipts.size());
      receipts.forEach(receipt -> result.withArray("message_ids").add(receipt.messageId()));
    }
    return result;
  }

  private static String text(Request request, String argument) {
    return Optional.ofNullable(request.arguments().get(argument)).map(JsonNode::asText).orElse("");
  }

  private void close(Fence fence, Optional<RuntimeException> failure) {
    String code =
        failure
            .map(
                error ->
                    error instanceof ActorServerException known ? known.code() : "internal_error")
            .orElse("");
    ExecutionResult result =
        new ExecutionResult(
            failure.isEmpty() ? ExecutionStatus.SUCCEEDED : ExecutionStatus.FAILED,
            failure.map(ignored -> code),
            failure.map(error -> String.valueOf(error.getMessage())),
            failure.isEmpty() ? 1 : 0,
            failure.isEmpty() ? 0 : 1,
            0,
            0,
            0,
            Map.of());
    try {
      history.close(fence, result);
    } catch (RuntimeException unrecorded) {
      failure.ifPresent(error -> error.addSuppressed(unrecorded));
      if (failure.isEmpty()) {
        throw unrecorded;
      }
    }
  }
}
