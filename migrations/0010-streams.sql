-- Indexes of lists, of the history of a definition and of the sweep of artifacts.
-- Why: roots were found among all their children, a definition's runs among those inside suites, and a suite's runs by
-- looking at every run of the project.
-- Lock: none, indexes are built beside writers. Expected: about 10 s for each million executions.
ALTER TABLE executions
  ADD INDEX IF NOT EXISTS executions_for_roots (project_id, parent_id, id),
  ADD INDEX IF NOT EXISTS executions_for_key (project_id, parent_id, definition_key, id),
  ADD INDEX IF NOT EXISTS executions_for_root_status (project_id, parent_id, status, id),
  DROP INDEX IF EXISTS executions_for_status,
  ADD INDEX IF NOT EXISTS executions_for_history (definition_id, parent_id, id),
  DROP INDEX IF EXISTS executions_for_definition;
ALTER TABLE artifacts
  ADD INDEX IF NOT EXISTS artifacts_for_sweep (visible, execution_id),
  ADD INDEX IF NOT EXISTS artifacts_for_digest (sha256);
