-- Results that other tools made: files as they came, the runs they became, and what could not be read.
-- Why: `POST /results` takes files of any size; a file is read on from where its last committed batch ended.
-- `skipped` is the ninth status, of tests that were left out; it counts in no pass rate.
-- Lock: executions is copied once for its CHECK, beside readers. Expected: about 20 s for each million executions.
ALTER TABLE executions
  MODIFY status ENUM('pending','running','retrying','passed','failed','timeout','cancelled','aborted','skipped') NOT NULL,
  MODIFY name VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  ADD COLUMN IF NOT EXISTS children_skipped INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS children_errors INT UNSIGNED NOT NULL DEFAULT 0,
  DROP CONSTRAINT IF EXISTS finished_when_final;
ALTER TABLE executions
  ADD CONSTRAINT finished_when_final CHECK ((finished_at IS NOT NULL) = (status IN ('passed','failed','timeout','cancelled','aborted','skipped')));
ALTER TABLE attempts
  MODIFY status ENUM('running','passed','failed','timeout','cancelled','lost','skipped') NOT NULL;
CREATE TABLE IF NOT EXISTS tests (  -- what foreign files call a test or a suite; its id stands as definition_id
  id UUID PRIMARY KEY, project_id UUID NOT NULL, kind ENUM('suite','case') NOT NULL, identity_sha256 BINARY(32) NOT NULL,
  test_key VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, identity TEXT NOT NULL, created_at DATETIME(3) NOT NULL,
  UNIQUE KEY tests_for_identity (project_id, kind, identity_sha256));
CREATE TABLE IF NOT EXISTS import_files (  -- a file that was sent; its bytes lie under $ASSAY_HOME/imports until it is read
  id UUID PRIMARY KEY, project_id UUID NOT NULL, state ENUM('waiting','reading','read','damaged','refused') NOT NULL,
  name VARCHAR(255) NOT NULL, format VARCHAR(32) NOT NULL, bytes BIGINT UNSIGNED NOT NULL, bytes_read BIGINT UNSIGNED NOT NULL DEFAULT 0,
  sha256 BINARY(32) NULL, request JSON NOT NULL, received_at DATETIME(3) NOT NULL, read_at DATETIME(3) NULL,
  claimed_by UUID NULL, claimed_until DATETIME(3) NULL,
  KEY import_files_for_claim (state, claimed_until, id), KEY import_files_for_list (project_id, id), KEY import_files_for_purge (received_at),
  CONSTRAINT claimed_when_reading CHECK ((state = 'reading') = (claimed_by IS NOT NULL AND claimed_until IS NOT NULL)),
  CONSTRAINT read_when_over CHECK ((state IN ('read','damaged','refused')) = (read_at IS NOT NULL)));
CREATE TABLE IF NOT EXISTS import_runs (  -- the run that files became
  execution_id UUID PRIMARY KEY, project_id UUID NOT NULL, run_key_sha256 BINARY(32) NULL, run_key VARCHAR(255) NULL,
  close_at DATETIME(3) NULL, failure VARCHAR(32) NULL, failure_message VARCHAR(500) NULL, allow_empty BOOLEAN NOT NULL DEFAULT FALSE,
  earliest DATETIME(3) NULL, latest DATETIME(3) NULL, last_item INT UNSIGNED NOT NULL DEFAULT 0,
  UNIQUE KEY import_runs_for_key (project_id, run_key_sha256), KEY import_runs_for_close (close_at));
CREATE TABLE IF NOT EXISTS import_file_runs (  -- how much of a file a run has
  file_id UUID NOT NULL, execution_id UUID NOT NULL, sha256 BINARY(32) NULL, accepted INT UNSIGNED NOT NULL DEFAULT 0,
  duplicates INT UNSIGNED NOT NULL DEFAULT 0, refused INT UNSIGNED NOT NULL DEFAULT 0, created BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (file_id, execution_id), KEY import_file_runs_for_run (execution_id, file_id));
CREATE TABLE IF NOT EXISTS intake_items (  -- what was not taken, and why
  execution_id UUID NOT NULL, number INT UNSIGNED NOT NULL, file_id UUID NOT NULL, file VARCHAR(255) NOT NULL, format VARCHAR(32) NOT NULL,
  line INT UNSIGNED NULL, line_column INT UNSIGNED NULL, byte_offset BIGINT UNSIGNED NULL, code VARCHAR(32) NOT NULL,
  message VARCHAR(500) NOT NULL, excerpt TEXT NOT NULL, state ENUM('refused','replayed','dismissed') NOT NULL, at DATETIME(3) NOT NULL,
  PRIMARY KEY (execution_id, number), KEY intake_items_for_file (file_id));
