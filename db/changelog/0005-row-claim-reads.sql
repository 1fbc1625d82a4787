--liquibase formatted sql

--changeset botticelli:row-claim-reads
-- What each claiming read returned, in order, so that a later attempt of the execution gets the same
-- rows. row_claims says who owns a row; one owner may have read it through several queries. A claim
-- that is freed or taken over takes its reads along.
CREATE TABLE row_claim_reads (
  table_name text NOT NULL,
  row_id bigint NOT NULL,
  execution_id bigint NOT NULL,
  scope text NOT NULL,
  query text NOT NULL,
  ordinal integer NOT NULL,
  consume boolean NOT NULL,
  PRIMARY KEY (execution_id, scope, query, table_name, row_id),
  FOREIGN KEY (table_name, row_id) REFERENCES row_claims (table_name, row_id) ON DELETE CASCADE
);
CREATE INDEX row_claim_reads_row ON row_claim_reads (table_name, row_id);

--changeset botticelli:post-history-outlives-content
-- A consumed row of the library is deleted after it was posted; its history stays.
ALTER TABLE content.post_history DROP CONSTRAINT post_history_content_id_fkey;
ALTER TABLE content.post_history ADD CONSTRAINT post_history_content_id_fkey
  FOREIGN KEY (content_id) REFERENCES content.content (id) ON DELETE SET NULL;
