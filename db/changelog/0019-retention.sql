--liquibase formatted sql

--changeset botticelli:records-by-age
-- What the server deletes by age is found by age.
CREATE INDEX preview_messages_created ON preview_messages (created_at);
CREATE INDEX approvals_created ON approvals (created_at);
CREATE INDEX content_generations_generated ON content_generations (generated_at);
