--liquibase formatted sql

--changeset botticelli:doctor-findings
-- What the doctor found: one open row for each kind and subject, closed when a later look does not see
-- it any more. before and after hold the rows a repair changed, without their job data.
CREATE TABLE doctor_findings (
  id bigserial PRIMARY KEY,
  kind text NOT NULL,
  subject text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warn', 'error')),
  explanation text NOT NULL,
  advice text NOT NULL DEFAULT '',
  first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
  count integer NOT NULL DEFAULT 1,
  repairs integer NOT NULL DEFAULT 0,
  repaired_at timestamptz,
  before jsonb,
  after jsonb,
  resolved_at timestamptz
);
CREATE UNIQUE INDEX doctor_findings_open ON doctor_findings (kind, subject) WHERE resolved_at IS NULL;
CREATE INDEX doctor_findings_subject ON doctor_findings (kind, subject, last_seen);
CREATE INDEX doctor_findings_age ON doctor_findings (last_seen) WHERE resolved_at IS NOT NULL;

-- One row: when a node looked last, so that the whole cluster looks once in a period.
CREATE TABLE doctor_visits (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  last_visit timestamptz NOT NULL
);
INSERT INTO doctor_visits (last_visit) VALUES ('-infinity');

--changeset botticelli:retention-indexes
-- Retention asks for each old execution and row whether a message or a decision still needs it.
CREATE INDEX outbound_posts_execution ON outbound_posts (execution_id);
CREATE INDEX outbound_posts_source ON outbound_posts (source_id) WHERE source_id IS NOT NULL;
CREATE INDEX approvals_execution ON approvals (execution_id);
