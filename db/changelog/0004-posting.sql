--liquibase formatted sql

--changeset botticelli:outbound-posts
-- One row for each part of each message: pending -> sending -> sent | failed | unknown, committed
-- before and after the call to the platform.
CREATE TABLE outbound_posts (
  id bigserial PRIMARY KEY,
  idempotency_key text NOT NULL,
  generation integer NOT NULL DEFAULT 1,
  part integer NOT NULL,
  parts integer NOT NULL,
  execution_id bigint NOT NULL,
  epoch integer NOT NULL,
  actor text NOT NULL,
  platform text NOT NULL,
  channel_id text NOT NULL,
  content text NOT NULL,
  tts boolean NOT NULL DEFAULT false,
  nonce text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'sending', 'sent', 'failed', 'unknown')),
  message_id text,
  sent_content text,
  source_table text,
  source_id bigint,
  error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  sending_at timestamptz,
  sent_at timestamptz,
  UNIQUE (idempotency_key, generation, part)
);
CREATE INDEX outbound_posts_status ON outbound_posts (status, id) WHERE status IN ('sending', 'unknown');
CREATE UNIQUE INDEX outbound_posts_message ON outbound_posts (platform, channel_id, message_id)
  WHERE message_id IS NOT NULL;

--changeset botticelli:preview-guild
-- The preview platform: a guild inside the database that behaves as Discord would.
CREATE SEQUENCE preview_snowflake START WITH 100000000000000001;

CREATE TABLE preview_channels (
  id bigint PRIMARY KEY DEFAULT nextval('preview_snowflake'),
  guild_id text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL DEFAULT 'text',
  topic text,
  position integer NOT NULL DEFAULT 0,
  nsfw boolean NOT NULL DEFAULT false,
  parent_id bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (guild_id, kind, name)
);

CREATE TABLE preview_messages (
  id bigint PRIMARY KEY DEFAULT nextval('preview_snowflake'),
  channel_id bigint NOT NULL REFERENCES preview_channels (id) ON DELETE CASCADE,
  author text NOT NULL DEFAULT 'botticelli',
  content text NOT NULL,
  nonce text,
  tts boolean NOT NULL DEFAULT false,
  pinned boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  edited_at timestamptz
);
CREATE INDEX preview_messages_channel ON preview_messages (channel_id, id DESC);
CREATE UNIQUE INDEX preview_messages_nonce ON preview_messages (channel_id, nonce) WHERE nonce IS NOT NULL;

--changeset botticelli:outbound-settled
-- When the source row was marked and history written for the whole message. A message that is sent but
-- not settled lost its owner in between: whoever comes next settles it instead of sending it again.
ALTER TABLE outbound_posts ADD COLUMN settled_at timestamptz;
