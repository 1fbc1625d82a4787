--liquibase formatted sql

--changeset botticelli:prompt-hash
-- SHA-256 of what an act was asked, so that equal prompts are found without comparing texts.
ALTER TABLE act_executions ADD COLUMN prompt_hash text;
CREATE INDEX act_executions_prompt ON act_executions (prompt_hash) WHERE prompt_hash IS NOT NULL;
