--liquibase formatted sql

--changeset botticelli:schema-builds
-- Builds that have brought this schema up to date: the fingerprint of their changelog, and what the
-- table of applied changes held then. A build that finds both as it left them has nothing to do.
CREATE TABLE schema_builds (
  fingerprint text PRIMARY KEY,
  applied text NOT NULL,
  migrated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
