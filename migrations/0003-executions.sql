-- Executions, the queue, traces, events and the feed.
-- Why: the central tables; one writer of executions.status and of work_items.state (Sources/Executions).
-- Lock: none, all tables are new. Expected: under 1 s.
CREATE TABLE IF NOT EXISTS executions (
  id UUID PRIMARY KEY, project_id UUID NOT NULL, project_key VARCHAR(63) NOT NULL, number INT UNSIGNED NULL, kind ENUM('case','suite','import') NOT NULL,
  root_id UUID NOT NULL, parent_id UUID NULL, position INT UNSIGNED NOT NULL DEFAULT 0, retry_of UUID NULL,
  definition_id UUID NULL, definition_version INT UNSIGNED NULL, name VARCHAR(255) NOT NULL,
  status ENUM('pending','running','retrying','passed','failed','timeout','cancelled','aborted') NOT NULL,
  reason VARCHAR(64) NULL, last_seq INT UNSIGNED NOT NULL DEFAULT 0, attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  environment VARCHAR(63) NOT NULL DEFAULT '', branch VARCHAR(255) NOT NULL DEFAULT '', commit_id VARCHAR(64) NOT NULL DEFAULT '',
  priority ENUM('low','normal','high','urgent') NOT NULL DEFAULT 'normal',
  started_by UUID NULL, cancel_requested_at DATETIME(3) NULL, created_at DATETIME(3) NOT NULL,
  started_at DATETIME(3) NULL, finished_at DATETIME(3) NULL,
  type ENUM('generic','bdd','manual') NULL, definition_key VARCHAR(63) NULL, error_code VARCHAR(32) NULL, error_message VARCHAR(500) NULL,
  cancelled_by UUID NULL, cancelled_by_name VARCHAR(120) NULL, cancel_reason VARCHAR(500) NULL,
  -- suites only, written by the suites loop
  children_total INT UNSIGNED NOT NULL DEFAULT 0, children_expanded INT UNSIGNED NOT NULL DEFAULT 0,
  children_running INT UNSIGNED NOT NULL DEFAULT 0, children_passed INT UNSIGNED NOT NULL DEFAULT 0,
  children_failed INT UNSIGNED NOT NULL DEFAULT 0, children_timeout INT UNSIGNED NOT NULL DEFAULT 0, children_cancelled INT UNSIGNED NOT NULL DEFAULT 0,
  children_aborted INT UNSIGNED NOT NULL DEFAULT 0, children_quarantined INT UNSIGNED NOT NULL DEFAULT 0, children_flaky INT UNSIGNED NOT NULL DEFAULT 0,
  UNIQUE KEY executions_for_number (project_id, number), KEY executions_for_list (project_id, id), KEY executions_for_status (project_id, status, id),
  UNIQUE KEY executions_for_children (parent_id, position), KEY executions_for_child_status (parent_id, status, position),
  KEY executions_for_definition (definition_id, id), KEY executions_for_open_suites (kind, finished_at, id),
  CONSTRAINT finished_when_final CHECK ((finished_at IS NOT NULL) = (status IN ('passed','failed','timeout','cancelled','aborted'))));
CREATE TABLE IF NOT EXISTS execution_requests (
  execution_id UUID PRIMARY KEY, request JSON NOT NULL);
CREATE TABLE IF NOT EXISTS idempotency_keys (
  principal_id UUID NOT NULL, idem_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body_sha256 BINARY(32) NOT NULL, response_status SMALLINT NOT NULL, resource_id UUID NULL, created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (principal_id, idem_key), KEY idempotency_keys_for_purge (created_at));
CREATE TABLE IF NOT EXISTS queue_buckets (
  id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, project_id UUID NOT NULL, concurrency_key VARCHAR(128) NOT NULL DEFAULT '',
  labels VARCHAR(1024) NOT NULL, labels_sha BINARY(20) NOT NULL,
  wait_reason VARCHAR(32) NULL, waiting_on JSON NULL, waiting_since DATETIME(3) NULL,
  UNIQUE KEY queue_buckets_for_intern (project_id, concurrency_key, labels_sha));
CREATE TABLE IF NOT EXISTS work_items (
  execution_id UUID PRIMARY KEY, project_id UUID NOT NULL, bucket_id INT UNSIGNED NOT NULL,
  state ENUM('scheduled','blocked','ready','offered','running','done','dead') NOT NULL,
  sort_key BIGINT NOT NULL, not_before DATETIME(3) NULL,
  attempt SMALLINT UNSIGNED NOT NULL DEFAULT 0, infra_losses TINYINT UNSIGNED NOT NULL DEFAULT 0, fence INT UNSIGNED NOT NULL DEFAULT 0,
  agent_id UUID NULL, session_id UUID NULL, offered_until DATETIME(3) NULL, deadline_at DATETIME(3) NULL,
  cancel_requested_at DATETIME(3) NULL, step_acked INT UNSIGNED NOT NULL DEFAULT 0, inventory_misses TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ready_at DATETIME(3) NULL, offered_at DATETIME(3) NULL, accepted_at DATETIME(3) NULL,
  KEY work_items_for_load (state, bucket_id, sort_key, execution_id), KEY work_items_for_due (state, not_before),
  KEY work_items_for_session (session_id, state),
  CONSTRAINT held_when_offered CHECK ((state IN ('offered','running')) = (session_id IS NOT NULL)),
  CONSTRAINT due_when_scheduled CHECK (state <> 'scheduled' OR not_before IS NOT NULL));
CREATE TABLE IF NOT EXISTS attempts (
  execution_id UUID NOT NULL, attempt SMALLINT UNSIGNED NOT NULL, fence INT UNSIGNED NOT NULL,
  agent_id UUID NULL, session_id UUID NULL,
  status ENUM('running','passed','failed','timeout','cancelled','lost') NOT NULL, error_class VARCHAR(32) NULL, fingerprint BIGINT UNSIGNED NULL,
  ready_at DATETIME(3) NULL, offered_at DATETIME(3) NULL, accepted_at DATETIME(3) NOT NULL, finished_at DATETIME(3) NULL, duration_ms BIGINT UNSIGNED NULL,
  cpu_ms BIGINT UNSIGNED NULL, max_rss_bytes BIGINT UNSIGNED NULL, bytes_written BIGINT UNSIGNED NULL, isolation VARCHAR(16) NULL,
  step_count INT UNSIGNED NOT NULL DEFAULT 0, trace_bytes INT UNSIGNED NOT NULL DEFAULT 0, trace_kind ENUM('embedded','rows') NOT NULL DEFAULT 'embedded',
  PRIMARY KEY (execution_id, attempt));
CREATE TABLE IF NOT EXISTS traces (
  execution_id UUID NOT NULL, attempt SMALLINT UNSIGNED NOT NULL, steps JSON NOT NULL, PRIMARY KEY (execution_id, attempt));
CREATE TABLE IF NOT EXISTS step_results (
  execution_id UUID NOT NULL, attempt SMALLINT UNSIGNED NOT NULL, position INT UNSIGNED NOT NULL,
  parent_position INT UNSIGNED NULL, path VARCHAR(512) NOT NULL, name VARCHAR(512) NOT NULL,
  status ENUM('passed','failed','error','skipped','blocked','undefined','ambiguous','pending','timeout','cancelled') NOT NULL,
  started_at DATETIME(3) NOT NULL, duration_ms BIGINT UNSIGNED NOT NULL, fingerprint BIGINT UNSIGNED NULL, body JSON NOT NULL,
  PRIMARY KEY (execution_id, attempt, position), KEY step_results_for_status (execution_id, attempt, status, position))
  PARTITION BY RANGE COLUMNS (execution_id) (
    PARTITION p2026_11 VALUES LESS THAN ('01a22ee6-b000-7000-8000-000000000000'), PARTITION p_next VALUES LESS THAN (MAXVALUE));
CREATE TABLE IF NOT EXISTS events (
  stream_id UUID NOT NULL, seq INT UNSIGNED NOT NULL, project_id UUID NULL, type VARCHAR(40) NOT NULL, at DATETIME(3) NOT NULL,
  fence INT UNSIGNED NULL, actor_id UUID NULL, body JSON NOT NULL, PRIMARY KEY (stream_id, seq))
  PARTITION BY RANGE COLUMNS (stream_id) (
    PARTITION p2026_11 VALUES LESS THAN ('01a22ee6-b000-7000-8000-000000000000'), PARTITION p_next VALUES LESS THAN (MAXVALUE));
CREATE TABLE IF NOT EXISTS outbox (
  id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, project_id UUID NULL, root_id UUID NULL, stream_id UUID NOT NULL,
  seq_from INT UNSIGNED NOT NULL, seq_to INT UNSIGNED NOT NULL);
CREATE TABLE IF NOT EXISTS feed (
  pos BIGINT UNSIGNED PRIMARY KEY, project_id UUID NULL, root_id UUID NULL, stream_id UUID NULL, seq_from INT UNSIGNED NOT NULL DEFAULT 0,
  seq_to INT UNSIGNED NOT NULL DEFAULT 0, at DATETIME(3) NOT NULL, KEY feed_for_project (project_id, pos), KEY feed_for_root (root_id, pos));
CREATE TABLE IF NOT EXISTS agent_sessions (
  id UUID PRIMARY KEY, agent_id UUID NOT NULL, project_id UUID NULL, lease_until DATETIME(3) NOT NULL, slots SMALLINT UNSIGNED NOT NULL,
  labels JSON NOT NULL, protocol SMALLINT NOT NULL, isolation VARCHAR(16) NOT NULL DEFAULT 'none', draining BOOLEAN NOT NULL DEFAULT FALSE,
  offer_expired BOOLEAN NOT NULL DEFAULT FALSE, created_at DATETIME(3) NOT NULL, last_beat_at DATETIME(3) NOT NULL, ended_at DATETIME(3) NULL,
  KEY agent_sessions_for_agent (agent_id, id), KEY agent_sessions_for_open (ended_at, lease_until));
CREATE TABLE IF NOT EXISTS agents (
  id UUID PRIMARY KEY, project_id UUID NULL, name VARCHAR(63) NOT NULL, credential_sha256 BINARY(32) NOT NULL UNIQUE, session_id UUID NULL,
  created_at DATETIME(3) NOT NULL, revoked_at DATETIME(3) NULL, KEY agents_for_list (project_id, id));
CREATE TABLE IF NOT EXISTS enrolment_tokens (
  id UUID PRIMARY KEY, project_id UUID NULL, token_sha256 BINARY(32) NOT NULL UNIQUE, created_by UUID NULL,
  created_at DATETIME(3) NOT NULL, expires_at DATETIME(3) NOT NULL, used_at DATETIME(3) NULL, agent_id UUID NULL);
CREATE TABLE IF NOT EXISTS project_counters (project_id UUID PRIMARY KEY, last_number INT UNSIGNED NOT NULL);
CREATE TABLE IF NOT EXISTS artifacts (
  execution_id UUID NOT NULL, attempt SMALLINT UNSIGNED NOT NULL, fence INT UNSIGNED NOT NULL, name VARCHAR(255) NOT NULL, sha256 BINARY(32) NOT NULL,
  bytes BIGINT UNSIGNED NOT NULL, dropped_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0, media_type VARCHAR(127) NOT NULL, visible BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (execution_id, attempt, fence, name));
CREATE TABLE IF NOT EXISTS dead_letters (execution_id UUID PRIMARY KEY, project_id UUID NOT NULL, reason VARCHAR(64) NOT NULL, detail JSON NOT NULL, at DATETIME(3) NOT NULL, requeued_as UUID NULL, KEY dead_letters_for_list (project_id, execution_id));
CREATE TABLE IF NOT EXISTS late_results (id UUID PRIMARY KEY, execution_id UUID NOT NULL, fence INT UNSIGNED NOT NULL, session_id UUID NOT NULL, at DATETIME(3) NOT NULL, body JSON NOT NULL, KEY late_results_for_execution (execution_id, id));
