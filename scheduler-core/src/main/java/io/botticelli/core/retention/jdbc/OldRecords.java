package io.botticelli.core.retention.jdbc;

import java.util.List;

/** Statements that delete old records of the server about itself, one batch each. */
final class OldRecords {
  /** Binds the limit. Older than any window of a rate limit: such a bucket is full, as if new. */
  static final String BUCKETS =
      """
      DELETE FROM public.command_buckets WHERE bucket = ANY (ARRAY(
        SELECT b.bucket FROM public.command_buckets b
        WHERE b.filled_at < clock_timestamp() - interval '31 days'
        LIMIT ? FOR UPDATE SKIP LOCKED))""";

  private static final String RECEIPTS =
      """
      DELETE FROM public.fire_receipts WHERE receipt_id = ANY (ARRAY(
        SELECT r.receipt_id FROM public.fire_receipts r
        WHERE r.requested_at < clock_timestamp() - ? * interval '1 day'
          AND r.execution_id IS NOT NULL AND NOT EXISTS (SELECT 1
            FROM public.actor_server_executions e WHERE e.id = r.execution_id)
        ORDER BY r.requested_at LIMIT ? FOR UPDATE SKIP LOCKED))""";

  private static final String FINDINGS =
      """
      DELETE FROM public.doctor_findings WHERE id = ANY (ARRAY(
        SELECT d.id FROM public.doctor_findings d
        WHERE d.resolved_at IS NOT NULL
          AND d.last_seen < clock_timestamp() - ? * interval '1 day'
        ORDER BY d.last_seen LIMIT ? FOR UPDATE SKIP LOCKED))""";

  /** The present start stays: its fires would be stored again. */
  private static final String STARTS =
      """
      DELETE FROM public.start_fires WHERE started_at = ANY (ARRAY(
        SELECT f.started_at FROM public.start_fires f
        WHERE f.stored_at < clock_timestamp() - ? * interval '1 day'
          AND NOT EXISTS (SELECT 1 FROM public.cluster_start s WHERE s.started_at = f.started_at)
        LIMIT ? FOR UPDATE SKIP LOCKED))""";

  /** A message in doubt is looked for by its nonce; pinned ones are meant to stay. */
  private static final String PREVIEW_MESSAGES =
      """
      DELETE FROM public.preview_messages WHERE id = ANY (ARRAY(
        SELECT m.id FROM public.preview_messages m
        WHERE m.created_at < clock_timestamp() - ? * interval '1 day' AND NOT m.pinned
          AND NOT EXISTS (SELECT 1 FROM public.outbound_posts o
            WHERE o.status IN ('sending', 'unknown') AND o.nonce = m.nonce)
        ORDER BY m.created_at LIMIT ? FOR UPDATE OF m SKIP LOCKED))""";

  /**
   * Decided for good: denied, expired or carried out. What is approved and waits stays, and so does
   * what an execution that is still there may ask about again.
   */
  private static final String APPROVALS =
      """
      WITH bound AS (SELECT clock_timestamp() - ? * interval '1 day' AS at)
      DELETE FROM public.approvals WHERE id = ANY (ARRAY(
        SELECT a.id FROM public.approvals a
        WHERE a.created_at < (SELECT at FROM bound)
          AND coalesce(a.executed_at, a.decided_at, a.expires_at) < (SELECT at FROM bound)
          AND (a.executed_at IS NOT NULL OR a.decision IN ('denied', 'pending'))
          AND NOT EXISTS (SELECT 1 FROM public.actor_server_executions e
            WHERE e.id IN (a.execution_id, a.begun_by))
        ORDER BY a.created_at LIMIT ? FOR UPDATE OF a SKIP LOCKED))""";

  /** They keep a repeated execution from storing its rows twice, as long as there is one. */
  private static final String GENERATIONS =
      """
      DELETE FROM public.content_generations WHERE id = ANY (ARRAY(
        SELECT g.id FROM public.content_generations g
        WHERE g.generated_at < clock_timestamp() - ? * interval '1 day'
          AND NOT EXISTS (SELECT 1 FROM public.actor_server_executions e
            WHERE e.id = g.execution_id)
        ORDER BY g.generated_at LIMIT ? FOR UPDATE OF g SKIP LOCKED))""";

  /** Each binds the age in days and the limit. */
  static final List<String> BY_AGE =
      List.of(RECEIPTS, FINDINGS, STARTS, PREVIEW_MESSAGES, APPROVALS, GENERATIONS);

  private OldRecords() {}
}
