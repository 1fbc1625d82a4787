--liquibase formatted sql

--changeset botticelli:definition-order
-- Counts the changes of the version in force: a version that came, went and came again is a change
-- that comparing versions alone would not show.
ALTER TABLE definition_current ADD COLUMN sequence bigint NOT NULL DEFAULT 1;

-- What was in force last is what somebody may want back; old versions are deleted by this age.
ALTER TABLE definition_versions ADD COLUMN last_applied_at timestamptz NOT NULL DEFAULT now();
--rollback ALTER TABLE definition_versions DROP COLUMN last_applied_at;
--rollback ALTER TABLE definition_current DROP COLUMN sequence;
