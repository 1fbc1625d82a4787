--liquibase formatted sql

--changeset botticelli:fire-receipts
-- What a person asked for. The receipt is stored before the trigger, so that a wish survives the
-- death of whoever took it; execution_id is set by the transaction that opens the execution and is
-- not a foreign key: when old executions are removed, the wish stays fulfilled.
CREATE TABLE fire_receipts (
  receipt_id text PRIMARY KEY,
  actor_name varchar(255) NOT NULL,
  idempotency_key text,
  requested_by text NOT NULL DEFAULT '',
  requested_at timestamptz NOT NULL,
  parameters jsonb NOT NULL DEFAULT '{}',
  forced boolean NOT NULL DEFAULT false,
  execution_id bigint,
  UNIQUE (actor_name, idempotency_key)
);
CREATE INDEX fire_receipts_open ON fire_receipts (requested_at) WHERE execution_id IS NULL;
CREATE INDEX fire_receipts_requested ON fire_receipts (requested_at);

--changeset botticelli:chained-fires
ALTER TABLE actor_server_executions DROP CONSTRAINT actor_server_executions_kind_check;
ALTER TABLE actor_server_executions ADD CONSTRAINT actor_server_executions_kind_check
  CHECK (kind IN ('schedule', 'manual', 'startup', 'chained'));
-- True from the end of an execution until the fires it causes are stored.
ALTER TABLE actor_server_executions ADD COLUMN chain_pending boolean NOT NULL DEFAULT false;
CREATE INDEX actor_server_executions_chain ON actor_server_executions (id) WHERE chain_pending;

--changeset botticelli:concurrency-groups
ALTER TABLE actor_server_executions ADD COLUMN concurrency_group text NOT NULL DEFAULT '';
CREATE INDEX actor_server_executions_group ON actor_server_executions (concurrency_group)
  WHERE status = 'running' AND concurrency_group <> '';

-- Fires that found their group full and try again; for the order in which they get in, and for
-- people.
CREATE TABLE fire_waits (
  task_id varchar(255) NOT NULL,
  kind text NOT NULL,
  scheduled_for timestamptz NOT NULL,
  receipt_id text NOT NULL DEFAULT '',
  concurrency_group text NOT NULL,
  since timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (task_id, scheduled_for, kind, receipt_id)
);
CREATE INDEX fire_waits_group ON fire_waits (concurrency_group, since);

--changeset botticelli:runs-of-an-actor
-- Runs without the rows of fires that never ran: a long run leaves any number of those.
CREATE INDEX actor_server_executions_runs ON actor_server_executions (actor_name, id DESC)
  WHERE status NOT IN ('skipped', 'missed');

--changeset botticelli:start-fires
-- Starts of the cluster whose on_start fires are all stored.
CREATE TABLE start_fires (
  started_at timestamptz PRIMARY KEY,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

--changeset botticelli:fire-waits-actor
ALTER TABLE fire_waits ADD COLUMN actor_name varchar(255) NOT NULL;
