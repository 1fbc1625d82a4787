package io.botticelli.core.security;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.history.Fence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps requests; a test may answer the next one. */
public final class InMemoryApprovals implements Approvals {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  public final List<Request> requests = new ArrayList<>();
  private Decision decision = Decision.PENDING;
  private Optional<JsonNode> result = Optional.empty();

  /** Answers every request so. */
  public void answer(Decision answer, Optional<JsonNode> outcome) {
    decision = answer;
    result = outcome;
  }

  /** Returns security that lets pass whatever no policy forbids. */
  public static CommandSecurity permissive() {
    return new CommandSecurity(
        SecurityMode.PERMISSIVE,
        Optional.empty(),
        new CommandGate(
            new InMemoryBuckets(), java.time.Clock.fixed(NOW, java.time.ZoneOffset.UTC)),
        new InMemoryApprovals());
  }

  @Override
  public Approval request(Fence fence, Request request) {
    requests.add(request);
    return new Approval(
        requests.size(),
        request,
        fence.executionId(),
        NOW,
        NOW.plusSeconds(86_400),
        decision,
        decision == Decision.PENDING ? Optional.empty() : Optional.of("ann"),
        decision == Decision.PENDING ? Optional.empty() : Optional.of(NOW),
        "",
        result.map(ignored -> NOW),
        result,
        Optional.empty());
  }

  @Override
  public Optional<Approval> find(long id) {
    return Optional.empty();
  }

  @Override
  public List<Approval> list(boolean undecidedOnly, int limit) {
    return List.of();
  }

  @Override
  public boolean decide(long id, boolean approve, String by, String reason) {
    return false;
  }

  @Override
  public Turn begin(Fence fence, long id) {
    return Turn.NOT_APPROVED;
  }

  @Override
  public void finish(Fence fence, long id, JsonNode outcome) {
    throw new UnsupportedOperationException("the engine carries nothing out here");
  }

  @Override
  public void fail(Fence fence, long id, String error, boolean mayHaveHappened) {
    throw new UnsupportedOperationException("the engine carries nothing out here");
  }
}
