--liquibase formatted sql

--changeset botticelli:cancel-requests
-- Who asked for the end of a run; its owner sees it when it extends its lease.
ALTER TABLE actor_server_executions
  ADD COLUMN cancel_requested_at timestamptz,
  ADD COLUMN cancel_requested_by text;

--changeset botticelli:cluster-nodes
-- One row per member; removed at an orderly stop, so an old row is a node that was lost.
CREATE TABLE cluster_nodes (
  instance_id text PRIMARY KEY,
  host text NOT NULL DEFAULT '',
  pid bigint NOT NULL DEFAULT 0,
  version text NOT NULL DEFAULT '',
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
  state text NOT NULL DEFAULT 'up' CHECK (state IN ('up', 'draining', 'standby')),
  drain_requested_at timestamptz,
  drain_requested_by text,
  running integer NOT NULL DEFAULT 0,
  clock_skew_ms bigint NOT NULL DEFAULT 0
);
CREATE INDEX cluster_nodes_last_seen ON cluster_nodes (last_seen);

-- One row: when the cluster last came up from nothing.
CREATE TABLE cluster_start (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  started_at timestamptz NOT NULL,
  started_by text NOT NULL
);
