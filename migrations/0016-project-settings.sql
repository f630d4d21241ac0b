-- What a project says of its runs, and projects that are put away.
-- Why: limits and defaults that were constants; a column without a value leaves it to the installation.
-- Lock: instant columns at the end of projects and work_items. Expected: under 1 s.
CREATE TABLE IF NOT EXISTS project_settings (
  project_id UUID PRIMARY KEY, concurrency SMALLINT UNSIGNED NULL, timeout_ms INT UNSIGNED NULL,
  step_timeout_ms INT UNSIGNED NULL, retry JSON NULL, trace_steps SMALLINT UNSIGNED NULL, progress_ms SMALLINT UNSIGNED NULL,
  keep_runs_days SMALLINT UNSIGNED NULL, version INT UNSIGNED NOT NULL, updated_at DATETIME(3) NULL,
  CONSTRAINT settings_of_project FOREIGN KEY (project_id) REFERENCES projects (id));
-- Frozen with the run: from how many steps on its trace is kept as rows; NULL as the installation does it.
ALTER TABLE work_items ADD COLUMN IF NOT EXISTS trace_steps SMALLINT UNSIGNED NULL;
ALTER TABLE projects ADD COLUMN IF NOT EXISTS archived_at DATETIME(3) NULL;
