package io.botticelli.core.security;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.history.Fence;
import io.botticelli.core.posting.OutboundPosts.SourceRow;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Commands that wait for a person. A request is {@code pending} until one person approves or denies
 * it, or until it expires; an approved one is carried out once. Thread-safe.
 */
public interface Approvals {
  /**
   * Asks for a command, or returns what became of the same one: still undecided, approved and not
   * carried out yet, carried out for this very execution, or denied with the same arguments.
   *
   * @throws io.botticelli.core.StaleExecutionException if the execution was taken over
   * @throws io.botticelli.core.StoreException if the database fails
   */
  Approval request(Fence fence, Request request);

  /** Returns one request. */
  Optional<Approval> find(long id);

  /**
   * Lists requests, newest first.
   *
   * @param undecidedOnly only those somebody has to do something about: pending, or approved and
   *     not carried out
   * @param limit 1..500
   */
  List<Approval> list(boolean undecidedOnly, int limit);

  /**
   * Decides a pending request; of several people the first one decides.
   *
   * @param reason of a denial, "" = none given
   * @return false if it was decided before, has expired or does not exist
   */
  boolean decide(long id, boolean approve, String by, String reason);

  /**
   * Takes an approved command over for carrying it out.
   *
   * @throws io.botticelli.core.StaleExecutionException if the execution is not the caller's
   */
  Turn begin(Fence fence, long id);

  /** Records the result of a command that was carried out; only the owner of the turn may. */
  void finish(Fence fence, long id, JsonNode result);

  /**
   * Records that a command failed.
   *
   * @param mayHaveHappened true: nobody knows, so it must not be repeated without looking
   */
  void fail(Fence fence, long id, String error, boolean mayHaveHappened);

  /** Whose turn it is to carry an approved command out. */
  enum Turn {
    /** The caller's, and nobody tried before. */
    FIRST,
    /** The caller's, after somebody who may have carried it out and not said so. */
    REPEATED,
    /** Somebody else is carrying it out. */
    OTHERS,
    /** It has been carried out. */
    DONE,
    /** It is not approved. */
    NOT_APPROVED
  }

  /** What a person decided. */
  enum Decision {
    PENDING,
    APPROVED,
    DENIED,
    /** Nobody decided in time. */
    EXPIRED
  }

  /**
   * A command that wants to be approved.
   *
   * @param key what makes it the same command in another attempt or fire; at most 200 characters
   * @param place act in which it stands
   * @param platform name under which the node finds the platform
   * @param source row that a message publishes, or empty
   * @param reason why it waits
   */
  record Request(
      String key,
      String narrative,
      String actor,
      String place,
      String platform,
      String command,
      Map<String, JsonNode> arguments,
      Optional<SourceRow> source,
      String reason) {
    public Request {
      arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }
  }

  /**
   * A request and what became of it.
   *
   * @param executionId execution that asked
   * @param decidedBy empty while nobody has
   * @param denial reason of a denial, "" = none
   * @param executedAt empty until it was carried out
   * @param error of the last attempt to carry it out, or empty
   */
  record Approval(
      long id,
      Request request,
      long executionId,
      Instant createdAt,
      Instant expiresAt,
      Decision decision,
      Optional<String> decidedBy,
      Optional<Instant> decidedAt,
      String denial,
      Optional<Instant> executedAt,
      Optional<JsonNode> result,
      Optional<String> error) {}
}
