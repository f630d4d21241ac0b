-- Alert rules, alerts, channels and notifications.
-- Lock: none beyond metadata, new tables only. Expected: below 1 s.

-- target: the address and secret of the channel, sealed as one JSON document (an address may carry a token too).
CREATE TABLE IF NOT EXISTS channels (
  id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  name VARCHAR(100) NOT NULL,
  kind ENUM('webhook','email') NOT NULL,
  target VARBINARY(16000) NOT NULL,
  disabled_at DATETIME(3) NULL,
  disabled_reason VARCHAR(64) NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  UNIQUE KEY channels_for_name (project_id, name),
  KEY channels_for_list (project_id, id),
  CONSTRAINT channel_in_project FOREIGN KEY (project_id) REFERENCES projects (id),
  CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)));

-- active_alert_id is the lock of "one active alert per rule": it is set and cleared by compare-and-set only.
CREATE TABLE IF NOT EXISTS alert_rules (
  id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  name VARCHAR(100) NOT NULL,
  metric ENUM('passRate') NOT NULL,
  suite_key VARCHAR(63) NOT NULL,
  comparison ENUM('below') NOT NULL,
  threshold DOUBLE NOT NULL,
  window_runs SMALLINT UNSIGNED NOT NULL,
  minimum_samples SMALLINT UNSIGNED NOT NULL,
  severity ENUM('critical','warning','info') NOT NULL,
  active_alert_id UUID NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  UNIQUE KEY alert_rules_for_name (project_id, name),
  KEY alert_rules_for_list (project_id, id),
  CONSTRAINT alert_rule_in_project FOREIGN KEY (project_id) REFERENCES projects (id),
  KEY alert_rules_for_suite (project_id, suite_key),
  CHECK (threshold > 0 AND threshold <= 1),
  CHECK (minimum_samples >= 1 AND minimum_samples <= window_runs));

CREATE TABLE IF NOT EXISTS alert_rule_channels (
  rule_id UUID NOT NULL,
  channel_id UUID NOT NULL,
  PRIMARY KEY (rule_id, channel_id),
  KEY alert_rule_channels_for_channel (channel_id),
  FOREIGN KEY (rule_id) REFERENCES alert_rules (id) ON DELETE CASCADE,
  FOREIGN KEY (channel_id) REFERENCES channels (id) ON DELETE CASCADE);

-- Carries the name of its rule and suite: the history outlives both.
CREATE TABLE IF NOT EXISTS alerts (
  id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  rule_id UUID NOT NULL,
  rule_name VARCHAR(100) NOT NULL,
  suite_key VARCHAR(63) NOT NULL,
  state ENUM('open','acknowledged','resolved') NOT NULL,
  severity ENUM('critical','warning','info') NOT NULL,
  value DOUBLE NOT NULL,
  threshold DOUBLE NOT NULL,
  samples SMALLINT UNSIGNED NOT NULL,
  sentence VARCHAR(500) NOT NULL,
  execution_id UUID NULL,
  opened_at DATETIME(3) NOT NULL,
  acknowledged_at DATETIME(3) NULL,
  acknowledged_by UUID NULL,
  acknowledged_name VARCHAR(255) NULL,
  comment VARCHAR(500) NULL,
  resolved_at DATETIME(3) NULL,
  resolved_by UUID NULL,
  resolution VARCHAR(500) NULL,
  KEY alerts_for_list (project_id, id),
  KEY alerts_for_active (project_id, state, id),
  KEY alerts_for_rule (rule_id, id),
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
  CHECK (state <> 'acknowledged' OR acknowledged_at IS NOT NULL));

-- One message to one channel. `sending` is written before the call; when it is still there at `due_at`, the sender died.
CREATE TABLE IF NOT EXISTS notifications (
  id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  channel_id UUID NOT NULL,
  alert_id UUID NULL,
  occasion ENUM('opened','resolved','test') NOT NULL,
  state ENUM('pending','sending','delivered','gaveUp') NOT NULL,
  tries TINYINT UNSIGNED NOT NULL DEFAULT 0,
  due_at DATETIME(3) NULL,
  reason VARCHAR(64) NULL,
  detail VARCHAR(255) NULL,
  created_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  UNIQUE KEY notifications_once (alert_id, channel_id, occasion),
  KEY notifications_for_due (state, due_at),
  KEY notifications_for_list (project_id, id),
  CHECK ((occasion = 'test') = (alert_id IS NULL)),
  CHECK ((state IN ('pending','sending')) = (due_at IS NOT NULL)),
  CHECK ((state IN ('delivered','gaveUp')) = (finished_at IS NOT NULL)),
  CHECK (state <> 'gaveUp' OR reason IS NOT NULL));

-- How far the rules have looked at recent_outcomes.
CREATE TABLE IF NOT EXISTS alert_cursors (
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
  pos BIGINT UNSIGNED NOT NULL,
  updated_at DATETIME(3) NOT NULL);
