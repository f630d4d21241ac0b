-- Inbound triggers and outbound subscriptions.
-- Lock: none beyond metadata, new tables only. Expected: below 1 s.

-- trigger_key is part of the hook's URL and only names the trigger; what proves a call is the sealed secret.
CREATE TABLE IF NOT EXISTS triggers (
  id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  name VARCHAR(100) NOT NULL,
  provider ENUM('github') NOT NULL,
  trigger_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  secret VARBINARY(1024) NOT NULL,
  events JSON NOT NULL,
  branch VARCHAR(255) NOT NULL,
  suite_key VARCHAR(63) NOT NULL,
  parameters JSON NOT NULL,
  environment VARCHAR(63) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  UNIQUE KEY triggers_for_key (trigger_key),
  UNIQUE KEY triggers_for_name (project_id, name),
  KEY triggers_for_list (project_id, id),
  CONSTRAINT trigger_in_project FOREIGN KEY (project_id) REFERENCES projects (id));

-- One row per delivery id: what makes a redelivery harmless. `accepted` = verified, its run not yet recorded.
CREATE TABLE IF NOT EXISTS trigger_deliveries (
  trigger_id UUID NOT NULL,
  delivery VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  project_id UUID NOT NULL,
  event VARCHAR(64) NOT NULL,
  branch VARCHAR(255) NOT NULL,
  commit_id VARCHAR(64) NOT NULL,
  state ENUM('accepted','started','ignored','failed') NOT NULL,
  reason VARCHAR(255) NULL,
  execution_id UUID NULL,
  remote VARCHAR(64) NOT NULL,
  received_at DATETIME(3) NOT NULL,
  PRIMARY KEY (trigger_id, delivery),
  KEY trigger_deliveries_for_list (trigger_id, received_at),
  KEY trigger_deliveries_for_purge (received_at),
  CHECK ((state = 'started') = (execution_id IS NOT NULL)),
  CHECK (state NOT IN ('ignored','failed') OR reason IS NOT NULL));

-- failing_since and failures count from the last success; both decide when a dead receiver is disabled.
CREATE TABLE IF NOT EXISTS subscriptions (
  id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  name VARCHAR(100) NOT NULL,
  target VARBINARY(8000) NOT NULL,
  events JSON NOT NULL,
  filter JSON NOT NULL,
  failing_since DATETIME(3) NULL,
  failures INT UNSIGNED NOT NULL DEFAULT 0,
  disabled_at DATETIME(3) NULL,
  disabled_reason VARCHAR(64) NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  UNIQUE KEY subscriptions_for_name (project_id, name),
  KEY subscriptions_for_list (project_id, id),
  CONSTRAINT subscription_in_project FOREIGN KEY (project_id) REFERENCES projects (id),
  CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)));

-- One event for one receiver; the unique key is what keeps a repeated read of the feed from telling it twice.
CREATE TABLE IF NOT EXISTS subscription_deliveries (
  id UUID PRIMARY KEY,
  subscription_id UUID NOT NULL,
  project_id UUID NOT NULL,
  stream_id UUID NOT NULL,
  seq INT UNSIGNED NOT NULL,
  event VARCHAR(40) NOT NULL,
  body JSON NOT NULL,
  state ENUM('pending','sending','delivered','gaveUp') NOT NULL,
  tries TINYINT UNSIGNED NOT NULL DEFAULT 0,
  due_at DATETIME(3) NULL,
  reason VARCHAR(64) NULL,
  created_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  UNIQUE KEY subscription_deliveries_once (subscription_id, stream_id, seq),
  KEY subscription_deliveries_for_due (state, due_at),
  KEY subscription_deliveries_for_list (subscription_id, id),
  CHECK ((state IN ('pending','sending')) = (due_at IS NOT NULL)),
  CHECK ((state IN ('delivered','gaveUp')) = (finished_at IS NOT NULL)),
  CHECK (state <> 'gaveUp' OR reason IS NOT NULL));

-- One try of a delivery. The signature is not kept.
CREATE TABLE IF NOT EXISTS subscription_attempts (
  delivery_id UUID NOT NULL,
  try TINYINT UNSIGNED NOT NULL,
  at DATETIME(3) NOT NULL,
  duration_ms INT UNSIGNED NOT NULL,
  status SMALLINT UNSIGNED NULL,
  reason VARCHAR(64) NULL,
  reply VARCHAR(500) NULL,
  PRIMARY KEY (delivery_id, try));

CREATE TABLE IF NOT EXISTS subscription_cursors (
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
  pos BIGINT UNSIGNED NOT NULL,
  updated_at DATETIME(3) NOT NULL);
