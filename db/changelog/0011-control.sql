--liquibase formatted sql

--changeset botticelli:paused-until
-- A pause may end by itself, by the database clock; NULL = until somebody resumes the actor.
ALTER TABLE actor_server_state ADD COLUMN paused_until timestamptz;
CREATE INDEX actor_server_state_paused_until ON actor_server_state (paused_until)
  WHERE paused_until IS NOT NULL;

--changeset botticelli:cluster-state
-- One row: what holds for every actor of the cluster, whatever its own row says.
CREATE TABLE cluster_state (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  is_paused boolean NOT NULL DEFAULT false,
  pause_reason text,
  paused_by text,
  paused_at timestamptz,
  paused_until timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO cluster_state DEFAULT VALUES;
