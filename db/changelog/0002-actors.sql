--liquibase formatted sql

--changeset botticelli:definitions
CREATE TABLE definition_versions (
  version text PRIMARY KEY,
  entry text NOT NULL,
  sources jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT ''
);

-- One row: the version the cluster agreed to run.
CREATE TABLE definition_current (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  version text NOT NULL REFERENCES definition_versions (version),
  applied_at timestamptz NOT NULL DEFAULT now(),
  applied_by text NOT NULL DEFAULT ''
);

--changeset botticelli:actor-state
CREATE TABLE actor_server_state (
  task_id varchar(255) PRIMARY KEY,
  actor_name varchar(255) NOT NULL,
  last_run timestamptz,
  next_run timestamptz,
  consecutive_failures integer NOT NULL DEFAULT 0,
  is_paused boolean NOT NULL DEFAULT false,
  metadata jsonb NOT NULL DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT now(),
  display_name text NOT NULL DEFAULT '',
  description text NOT NULL DEFAULT '',
  enabled boolean NOT NULL DEFAULT true,
  definition_version text NOT NULL DEFAULT '',
  schedule_type text NOT NULL DEFAULT 'manual',
  schedule text NOT NULL DEFAULT '',
  timezone text NOT NULL DEFAULT 'UTC',
  platform text NOT NULL DEFAULT 'noop',
  last_status text,
  pause_reason text,
  paused_by text,
  paused_at timestamptz,
  runs_succeeded bigint NOT NULL DEFAULT 0,
  runs_failed bigint NOT NULL DEFAULT 0,
  runs_skipped bigint NOT NULL DEFAULT 0,
  breaker_state text NOT NULL DEFAULT 'closed' CHECK (breaker_state IN ('closed', 'open', 'half_open')),
  breaker_opened_at timestamptz,
  breaker_next_probe_at timestamptz,
  breaker_probe_successes integer NOT NULL DEFAULT 0,
  breaker_probe_execution bigint,
  breaker_reset_seconds bigint,
  breaker_reason text
);
CREATE INDEX actor_server_state_next_run ON actor_server_state (next_run) WHERE NOT is_paused;
CREATE INDEX actor_server_state_actor ON actor_server_state (actor_name);

--changeset botticelli:actor-executions
CREATE TABLE actor_server_executions (
  id bigserial PRIMARY KEY,
  task_id varchar(255) NOT NULL,
  actor_name varchar(255) NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  success boolean NOT NULL DEFAULT false,
  error_message text,
  skills_succeeded integer NOT NULL DEFAULT 0,
  skills_failed integer NOT NULL DEFAULT 0,
  skills_skipped integer NOT NULL DEFAULT 0,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL CHECK (kind IN ('schedule', 'manual', 'startup')),
  scheduled_for timestamptz NOT NULL,
  receipt_id text NOT NULL DEFAULT '',
  status text NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'skipped', 'abandoned',
    'cancelled', 'missed', 'waiting_approval')),
  error_code text,
  node text NOT NULL,
  attempt integer NOT NULL DEFAULT 1,
  epoch integer NOT NULL DEFAULT 1,
  lease_until timestamptz,
  definition_version text NOT NULL DEFAULT '',
  parameters jsonb NOT NULL DEFAULT '{}',
  tokens_in bigint NOT NULL DEFAULT 0,
  tokens_out bigint NOT NULL DEFAULT 0,
  cost_usd numeric(12, 6),
  -- The identity of a fire: no two executions for one fire, on any node.
  UNIQUE (task_id, scheduled_for, kind, receipt_id)
);
CREATE INDEX actor_server_executions_actor ON actor_server_executions (actor_name, id DESC);
CREATE INDEX actor_server_executions_status ON actor_server_executions (status, id DESC);
CREATE INDEX actor_server_executions_started ON actor_server_executions (started_at);
CREATE INDEX actor_server_executions_lease ON actor_server_executions (lease_until) WHERE status = 'running';

--changeset botticelli:narrative-executions
CREATE TABLE narrative_executions (
  id bigserial PRIMARY KEY,
  narrative_name text NOT NULL,
  narrative_description text,
  started_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  status text NOT NULL DEFAULT 'running'
    CHECK (status IN ('running', 'completed', 'failed', 'skipped', 'cancelled')),
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  run_id text NOT NULL UNIQUE,
  parent_run_id text,
  execution_id bigint NOT NULL REFERENCES actor_server_executions (id) ON DELETE CASCADE,
  attempt_epoch integer NOT NULL DEFAULT 1,
  actor text,
  file text NOT NULL DEFAULT '',
  iteration integer NOT NULL DEFAULT 0,
  content_status text NOT NULL DEFAULT 'none' CHECK (content_status IN ('none', 'stored', 'failed')),
  tokens_in bigint NOT NULL DEFAULT 0,
  tokens_out bigint NOT NULL DEFAULT 0,
  cost_usd numeric(12, 6)
);
CREATE INDEX narrative_executions_execution ON narrative_executions (execution_id, id);
CREATE INDEX narrative_executions_name ON narrative_executions (narrative_name, id DESC);

CREATE TABLE act_executions (
  id bigserial PRIMARY KEY,
  execution_id bigint NOT NULL REFERENCES narrative_executions (id) ON DELETE CASCADE,
  act_name text NOT NULL,
  sequence_number integer NOT NULL,
  model text,
  temperature real,
  max_tokens integer,
  response text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  status text NOT NULL DEFAULT 'completed',
  error_message text,
  duration_ms bigint NOT NULL DEFAULT 0,
  tokens_in bigint NOT NULL DEFAULT 0,
  tokens_out bigint NOT NULL DEFAULT 0,
  finish_reason text NOT NULL DEFAULT '',
  rows_stored integer NOT NULL DEFAULT 0
);
CREATE INDEX act_executions_execution ON act_executions (execution_id, sequence_number);

CREATE TABLE act_inputs (
  id bigserial PRIMARY KEY,
  act_execution_id bigint NOT NULL REFERENCES act_executions (id) ON DELETE CASCADE,
  input_order integer NOT NULL,
  input_type text NOT NULL,
  text_content text,
  mime_type text,
  filename text,
  media_ref_id uuid,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX act_inputs_act ON act_inputs (act_execution_id, input_order);

--changeset botticelli:usage-and-state
CREATE TABLE llm_usage (
  provider text NOT NULL,
  model text NOT NULL,
  day date NOT NULL,
  requests bigint NOT NULL DEFAULT 0,
  tokens_in bigint NOT NULL DEFAULT 0,
  tokens_out bigint NOT NULL DEFAULT 0,
  cost numeric(12, 6) NOT NULL DEFAULT 0,
  PRIMARY KEY (provider, model, day)
);

CREATE TABLE narrative_state (
  scope text NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, key)
);
