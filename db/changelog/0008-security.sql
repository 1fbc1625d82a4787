--liquibase formatted sql

--changeset botticelli:approvals
-- Commands that wait for a person: pending -> approved | denied, decided once; an approved one is
-- carried out once. begun_by is the execution that took it over for that.
CREATE TABLE approvals (
  id bigserial PRIMARY KEY,
  key text NOT NULL,
  narrative text NOT NULL,
  actor text NOT NULL,
  execution_id bigint NOT NULL,
  place text NOT NULL,
  platform text NOT NULL,
  command text NOT NULL,
  arguments jsonb NOT NULL,
  source_table text,
  source_id bigint,
  reason text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
  decision text NOT NULL DEFAULT 'pending' CHECK (decision IN ('pending', 'approved', 'denied')),
  decided_by text,
  decided_at timestamptz,
  denial text NOT NULL DEFAULT '',
  begun_by bigint,
  begun_epoch integer,
  executed_at timestamptz,
  result jsonb,
  error text
);
CREATE INDEX approvals_key ON approvals (key, id DESC);
CREATE INDEX approvals_open ON approvals (id DESC) WHERE executed_at IS NULL;

--changeset botticelli:command-buckets
-- Token buckets of security.rate_limits, shared by all nodes.
CREATE TABLE command_buckets (
  bucket text PRIMARY KEY,
  tokens double precision NOT NULL,
  filled_at timestamptz NOT NULL
);

--changeset botticelli:narrative-runs-wait
ALTER TABLE narrative_executions DROP CONSTRAINT narrative_executions_status_check;
ALTER TABLE narrative_executions ADD CONSTRAINT narrative_executions_status_check
  CHECK (status IN ('running', 'completed', 'failed', 'skipped', 'cancelled', 'waiting_approval'));
