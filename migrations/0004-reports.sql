-- Rollups of outcomes and durations, and the newest outcomes that alert rules look at.
-- Lock: none beyond metadata, new tables only. Expected: below 1 s.

-- How far each fold has read the feed; one row per fold, advanced in the transaction that writes what it folded.
CREATE TABLE IF NOT EXISTS fold_cursors (
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
  pos BIGINT UNSIGNED NOT NULL,
  updated_at DATETIME(3) NOT NULL);

-- One row per suite or case, environment and hour or day (of finished_at, UTC). Sums are whole milliseconds, so that
-- folding event by event and counting everything again give the same row.
CREATE TABLE IF NOT EXISTS rollups (
  definition_id UUID NOT NULL,
  bucket ENUM('hour','day') NOT NULL,
  bucket_start DATETIME(3) NOT NULL,
  environment VARCHAR(63) NOT NULL,
  project_id UUID NOT NULL,
  kind ENUM('case','suite') NOT NULL,
  definition_key VARCHAR(63) NOT NULL,
  runs INT UNSIGNED NOT NULL,
  passed INT UNSIGNED NOT NULL,
  failed INT UNSIGNED NOT NULL,
  timeout INT UNSIGNED NOT NULL,
  cancelled INT UNSIGNED NOT NULL,
  aborted INT UNSIGNED NOT NULL,
  duration_count INT UNSIGNED NOT NULL,
  duration_sum_ms BIGINT UNSIGNED NOT NULL,
  duration_min_ms BIGINT UNSIGNED NULL,
  duration_max_ms BIGINT UNSIGNED NULL,
  sketch MEDIUMBLOB NOT NULL,
  PRIMARY KEY (definition_id, bucket, bucket_start, environment),
  KEY rollups_for_metrics (project_id, kind, bucket, bucket_start, definition_key),
  KEY rollups_for_rebuild (bucket, bucket_start),
  CHECK (runs = passed + failed + timeout + cancelled + aborted),
  CHECK (duration_count <= runs),
  CHECK ((duration_count = 0) = (duration_min_ms IS NULL)));

-- The newest verdicts (passed, failed, timeout) of each suite and case in feed order; older ones are pruned by the fold.
-- Alert rules read this table, and nothing else of the reports.
CREATE TABLE IF NOT EXISTS recent_outcomes (
  definition_id UUID NOT NULL,
  pos BIGINT UNSIGNED NOT NULL,
  execution_id UUID NOT NULL,
  project_id UUID NOT NULL,
  kind ENUM('case','suite') NOT NULL,
  definition_key VARCHAR(63) NOT NULL,
  environment VARCHAR(63) NOT NULL,
  status ENUM('passed','failed','timeout') NOT NULL,
  finished_at DATETIME(3) NOT NULL,
  PRIMARY KEY (definition_id, pos),
  KEY recent_outcomes_for_alerts (pos),
  KEY recent_outcomes_for_rule (project_id, kind, definition_key, pos));

-- A rebuild counts one day of finished executions again; without this index it would read the whole table for each day.
ALTER TABLE executions ADD INDEX IF NOT EXISTS executions_for_rebuild (finished_at);
