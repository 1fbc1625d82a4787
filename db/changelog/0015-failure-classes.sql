--liquibase formatted sql

--changeset botticelli:failure-classes
-- What kind of failure ended a run: transient, quota or permanent; rows from before have none.
ALTER TABLE actor_server_executions ADD COLUMN failure_class text
  CHECK (failure_class IN ('transient', 'quota', 'permanent'));
-- Why a breaker is open: failures in a row, one permanent failure, or a quota that is used up.
-- Means nothing while the breaker is closed.
ALTER TABLE actor_server_state ADD COLUMN breaker_cause text
  CHECK (breaker_cause IN ('failures', 'permanent', 'quota'));
