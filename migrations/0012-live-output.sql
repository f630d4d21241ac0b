-- What running steps print, for those who watch.
-- Why: output appears in the trace when its step has ended; rows here are removed a minute after their attempt has.
-- Lock: none, the table is new. Expected: under 1 s.
CREATE TABLE IF NOT EXISTS execution_output (
  execution_id UUID NOT NULL, attempt SMALLINT UNSIGNED NOT NULL, step INT UNSIGNED NOT NULL, at_byte BIGINT UNSIGNED NOT NULL,
  project_id UUID NOT NULL, byte_count INT UNSIGNED NOT NULL, truncated BOOLEAN NOT NULL DEFAULT FALSE, pieces JSON NOT NULL,
  PRIMARY KEY (execution_id, attempt, step, at_byte));
