--liquibase formatted sql

--changeset botticelli:generation-places
-- Where in an execution a response stood, so that a later attempt does not store its rows again.
ALTER TABLE content_generations ADD COLUMN place text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX content_generations_place ON content_generations (execution_id, place)
  WHERE status = 'success' AND place <> '';
