--liquibase formatted sql

--changeset botticelli:alerts
CREATE TABLE alerts (
  id bigserial PRIMARY KEY,
  rule text NOT NULL,
  subject text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error', 'critical')),
  summary text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}',
  -- Channels that were told; the end is told to the same ones.
  channels text[] NOT NULL DEFAULT '{}',
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  notified_at timestamptz,
  resolved_at timestamptz
);
-- One alert for what many nodes see.
CREATE UNIQUE INDEX alerts_lasting ON alerts (rule, subject) WHERE resolved_at IS NULL;
CREATE INDEX alerts_resolved ON alerts (resolved_at) WHERE resolved_at IS NOT NULL;

CREATE TABLE alert_deliveries (
  id bigserial PRIMARY KEY,
  alert_id bigint REFERENCES alerts (id) ON DELETE CASCADE,
  channel text NOT NULL,
  event text NOT NULL CHECK (event IN ('firing', 'resolved', 'test')),
  message jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  claimed_until timestamptz,
  claimed_by text,
  delivered_at timestamptz,
  gave_up_at timestamptz,
  last_error text,
  -- One message about each end of an alert to each channel.
  UNIQUE (alert_id, channel, event)
);
CREATE INDEX alert_deliveries_due ON alert_deliveries (next_attempt_at)
  WHERE delivered_at IS NULL AND gave_up_at IS NULL;

--changeset botticelli:actor-known-since
-- Since when an actor is known, for alerts about actors that never succeeded.
ALTER TABLE actor_server_state ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
