-- One queue for everything that is sent to the outside, where notifications and events of subscriptions had one each.
-- The rows move, with their tries; old tables go. Locks only the old tables; one pass over them, 10 s a million rows.
-- `kind` says which feature writes and reads a row. `subject` is what is told of: an alert, or an event by stream and seq.
CREATE TABLE IF NOT EXISTS deliveries (
  id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  kind VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target_id UUID NOT NULL,
  subject_id UUID NULL,
  subject_seq INT UNSIGNED NOT NULL DEFAULT 0,
  topic VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  state ENUM('pending','sending','delivered','gaveUp') NOT NULL,
  tries TINYINT UNSIGNED NOT NULL DEFAULT 0,
  due_at DATETIME(3) NULL,
  reason VARCHAR(64) NULL,
  detail VARCHAR(255) NULL,
  created_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  UNIQUE KEY deliveries_once (target_id, subject_id, subject_seq, topic),
  KEY deliveries_for_heads (state, target_id, due_at),
  KEY deliveries_for_due (state, due_at),
  KEY deliveries_for_list (project_id, kind, id),
  KEY deliveries_for_target (target_id, id),
  KEY deliveries_for_subject (subject_id, topic),
  KEY deliveries_for_purge (finished_at),
  CHECK ((state IN ('pending','sending')) = (due_at IS NOT NULL)),
  CHECK ((state IN ('delivered','gaveUp')) = (finished_at IS NOT NULL)),
  CHECK (state <> 'gaveUp' OR reason IS NOT NULL));

CREATE TABLE IF NOT EXISTS delivery_attempts (
  delivery_id UUID NOT NULL,
  try TINYINT UNSIGNED NOT NULL,
  at DATETIME(3) NOT NULL,
  duration_ms INT UNSIGNED NOT NULL,
  status SMALLINT UNSIGNED NULL,
  reason VARCHAR(64) NULL,
  reply VARCHAR(500) NULL,
  PRIMARY KEY (delivery_id, try));

-- So that this file can run again when its last statement was the one that got through.
CREATE TABLE IF NOT EXISTS notifications (
  id UUID, project_id UUID, channel_id UUID, alert_id UUID, occasion VARCHAR(40), state VARCHAR(40), tries INT, due_at DATETIME(3),
  reason VARCHAR(64), detail VARCHAR(255), created_at DATETIME(3), finished_at DATETIME(3));
CREATE TABLE IF NOT EXISTS subscription_deliveries (
  id UUID, project_id UUID, subscription_id UUID, stream_id UUID, seq INT, event VARCHAR(40), body LONGTEXT, state VARCHAR(40),
  tries INT, due_at DATETIME(3), reason VARCHAR(64), created_at DATETIME(3), finished_at DATETIME(3));
CREATE TABLE IF NOT EXISTS subscription_attempts (
  delivery_id UUID, try INT, at DATETIME(3), duration_ms INT, status INT, reason VARCHAR(64), reply VARCHAR(500));

INSERT IGNORE INTO deliveries (id, project_id, kind, target_id, subject_id, topic, state, tries, due_at, reason, detail, created_at, finished_at)
  SELECT id, project_id, 'notification', channel_id, alert_id, occasion, state, tries, due_at, reason, detail, created_at, finished_at
  FROM notifications;
INSERT IGNORE INTO deliveries (id, project_id, kind, target_id, subject_id, subject_seq, topic, body, state, tries, due_at, reason, created_at, finished_at)
  SELECT id, project_id, 'event', subscription_id, stream_id, seq, event, body, state, tries, due_at, reason, created_at, finished_at
  FROM subscription_deliveries;
INSERT IGNORE INTO delivery_attempts (delivery_id, try, at, duration_ms, status, reason, reply)
  SELECT delivery_id, try, at, duration_ms, status, reason, reply FROM subscription_attempts;

-- A kind of channel or a measure of a rule is a word that the program knows: adding one needs no migration.
ALTER TABLE channels MODIFY kind VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;
ALTER TABLE alert_rules
  MODIFY metric VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  MODIFY comparison VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;

DROP TABLE IF EXISTS notifications, subscription_deliveries, subscription_attempts;
