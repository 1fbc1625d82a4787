package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.botticelli.core.posting.OutboundPosts.OutboundMessage;
import io.botticelli.core.security.Approvals;
import io.botticelli.core.security.Approvals.Approval;
import io.botticelli.core.security.Approvals.Decision;
import io.botticelli.core.security.CommandCall;
import io.botticelli.core.security.CommandDeniedException;
import io.botticelli.core.security.CommandSecurity;
import io.botticelli.core.security.GateDecision;
import io.botticelli.core.security.GuildLookup;
import io.botticelli.core.security.PolicyInForce;
import java.util.List;
import java.util.Optional;

/** Holds the commands of a run against the policies in force. */
final class CommandGuard {
  private static final String SERVER = "server";

  private final CommandSecurity security;
  private final List<PolicyInForce> serverPolicy;

  CommandGuard(CommandSecurity security) {
    this.security = security;
    this.serverPolicy =
        security.serverPolicy().stream().map(policy -> new PolicyInForce(policy, SERVER)).toList();
  }

  /**
   * Decides about a command.
   *
   * @return anything but a denial
   * @throws CommandDeniedException if it is denied
   */
  GateDecision decide(Pass pass, CommandCall call, GuildLookup guilds) {
    List<PolicyInForce> policies = pass.ownPolicies().isEmpty() ? serverPolicy : pass.ownPolicies();
    if (call.write() && policies.isEmpty()) {
      pass.session()
          .note(
              "no security policy applies to the commands of this run; security.mode is "
                  + security.mode().name().toLowerCase(java.util.Locale.ROOT));
    }
    GateDecision decision = security.gate().decide(security.mode(), policies, call, guilds);
    if (decision instanceof GateDecision.Denied denied) {
      throw new CommandDeniedException(
          denied.code(),
          call.command() + " is not carried out: " + denied.reason(),
          denied.retryAfter());
    }
    return decision;
  }

  /** Returns what stands for the result of a command that is not carried out. */
  JsonNode pretend(Pass pass, CommandCall call, GateDecision.DryRun dryRun) {
    pass.session().markDryRun();
    pass.session()
        .note("dry run: " + call.platform() + " " + call.command() + " was not carried out");
    return dryRun.result();
  }

  /**
   * Asks a person for a command.
   *
   * @return the result when it was approved and carried out for this execution before
   * @throws RunEndedException if it waits
   * @throws CommandDeniedException if a person denied it
   */
  Optional<JsonNode> ask(
      Pass pass,
      CommandCall call,
      MessageSends.Place place,
      Optional<OutboundMessage> message,
      GateDecision.NeedsApproval needed) {
    String key =
        message
            .map(OutboundMessage::key)
            .orElseGet(
                () ->
                    Keys.bounded(
                        "fire:"
                            + pass.session().fence().executionId()
                            + ":"
                            + pass.path()
                            + ":"
                            + place.actName()
                            + ":"
                            + call.command()
                            + ":"
                            + place.occurrence()));
    Approval approval =
        security
            .approvals()
            .request(
                pass.session().fence(),
                new Approvals.Request(
                    key,
                    pass.narrative().name(),
                    pass.session().request().actor(),
                    place.actName(),
                    call.platform(),
                    call.command(),
                    call.arguments(),
                    message.flatMap(OutboundMessage::source),
                    needed.reason()));
    if (approval.decision() == Decision.DENIED) {
      throw new CommandDeniedException(
          "approval_denied",
          call.command()
              + " was denied by "
              + approval.decidedBy().orElse("a person")
              + " (approval "
              + approval.id()
              + ")",
          Optional.empty());
    }
    if (approval.executedAt().isPresent()) {
      return approval.result();
    }
    throw RunEndedException.waiting(
        call.command() + " waits for approval " + approval.id(),
        JsonNodeFactory.instance
            .objectNode()
            .put("status", "pending_approval")
            .put("approval_id", Long.toString(approval.id()))
            .toString());
  }
}
