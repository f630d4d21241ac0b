-- What people set up has a version, so that two who edit it do not overwrite each other, and can be switched off.
-- And what lists lacked: who ended an alert, what an enrolment token is for, the audit log by target and by outcome.
-- Lock: instant columns; indexes are built beside writers. Expected: about 5 s for each million lines of the audit log.
ALTER TABLE alert_rules
  ADD COLUMN IF NOT EXISTS version INT UNSIGNED NOT NULL DEFAULT 1, ADD COLUMN IF NOT EXISTS disabled_at DATETIME(3) NULL;
ALTER TABLE channels ADD COLUMN IF NOT EXISTS version INT UNSIGNED NOT NULL DEFAULT 1;
ALTER TABLE subscriptions ADD COLUMN IF NOT EXISTS version INT UNSIGNED NOT NULL DEFAULT 1;
ALTER TABLE triggers
  ADD COLUMN IF NOT EXISTS version INT UNSIGNED NOT NULL DEFAULT 1, ADD COLUMN IF NOT EXISTS disabled_at DATETIME(3) NULL,
  ADD COLUMN IF NOT EXISTS updated_at DATETIME(3) NULL;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS resolved_name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
-- What the agent that comes with it should be called and offer: shown in the list, and the agent's own word wins.
ALTER TABLE enrolment_tokens
  ADD COLUMN IF NOT EXISTS name VARCHAR(63) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL, ADD COLUMN IF NOT EXISTS labels JSON NULL,
  ADD COLUMN IF NOT EXISTS slots SMALLINT UNSIGNED NULL, ADD INDEX IF NOT EXISTS enrolment_tokens_for_list (project_id, id);
ALTER TABLE audit_log
  ADD INDEX IF NOT EXISTS audit_log_for_target (target_id, id), ADD INDEX IF NOT EXISTS audit_log_for_outcome (outcome, id);
