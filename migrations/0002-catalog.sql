-- Test cases, suites and items with their immutable versions.
-- Why: a run must be able to show the definition it ran, whatever became of it since.
-- Lock: none, all tables are new. Expected: under 1 s.
-- A deleted row gives its key free (live_key becomes NULL, and NULLs are not compared by a unique key) and keeps its versions.
CREATE TABLE IF NOT EXISTS test_cases (
  id UUID PRIMARY KEY, project_id UUID NOT NULL, definition_key VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  live_key VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NULL, name VARCHAR(255) NOT NULL, version INT UNSIGNED NOT NULL,
  created_at DATETIME(3) NOT NULL, updated_at DATETIME(3) NOT NULL, deleted_at DATETIME(3) NULL,
  UNIQUE KEY test_cases_for_key (project_id, live_key),
  CONSTRAINT live_case_has_key CHECK ((deleted_at IS NULL) = (live_key IS NOT NULL)),
  CONSTRAINT live_key_is_its_key CHECK (live_key IS NULL OR live_key = definition_key));
CREATE TABLE IF NOT EXISTS test_case_versions (
  definition_id UUID NOT NULL, version INT UNSIGNED NOT NULL, project_id UUID NOT NULL, definition JSON NOT NULL,
  created_at DATETIME(3) NOT NULL, created_by UUID NULL,
  PRIMARY KEY (definition_id, version),
  CONSTRAINT version_of_case FOREIGN KEY (definition_id) REFERENCES test_cases (id));
CREATE TABLE IF NOT EXISTS test_case_tags (  -- of the current version, for the tag filter
  project_id UUID NOT NULL, tag VARCHAR(63) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, definition_id UUID NOT NULL,
  PRIMARY KEY (project_id, tag, definition_id), KEY test_case_tags_for_case (definition_id),
  CONSTRAINT tag_of_case FOREIGN KEY (definition_id) REFERENCES test_cases (id));
CREATE TABLE IF NOT EXISTS test_suites (
  id UUID PRIMARY KEY, project_id UUID NOT NULL, definition_key VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  live_key VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NULL, name VARCHAR(255) NOT NULL, version INT UNSIGNED NOT NULL,
  created_at DATETIME(3) NOT NULL, updated_at DATETIME(3) NOT NULL, deleted_at DATETIME(3) NULL,
  UNIQUE KEY test_suites_for_key (project_id, live_key),
  CONSTRAINT live_suite_has_key CHECK ((deleted_at IS NULL) = (live_key IS NOT NULL)),
  CONSTRAINT live_key_is_its_key CHECK (live_key IS NULL OR live_key = definition_key));
CREATE TABLE IF NOT EXISTS test_suite_versions (
  definition_id UUID NOT NULL, version INT UNSIGNED NOT NULL, project_id UUID NOT NULL, definition JSON NOT NULL,
  created_at DATETIME(3) NOT NULL, created_by UUID NULL,
  PRIMARY KEY (definition_id, version),
  CONSTRAINT version_of_suite FOREIGN KEY (definition_id) REFERENCES test_suites (id));
CREATE TABLE IF NOT EXISTS test_items (
  id UUID PRIMARY KEY, project_id UUID NOT NULL, definition_key VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  live_key VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NULL, name VARCHAR(255) NOT NULL, version INT UNSIGNED NOT NULL,
  created_at DATETIME(3) NOT NULL, updated_at DATETIME(3) NOT NULL, deleted_at DATETIME(3) NULL,
  UNIQUE KEY test_items_for_key (project_id, live_key),
  CONSTRAINT live_item_has_key CHECK ((deleted_at IS NULL) = (live_key IS NOT NULL)),
  CONSTRAINT live_key_is_its_key CHECK (live_key IS NULL OR live_key = definition_key));
CREATE TABLE IF NOT EXISTS test_item_versions (
  definition_id UUID NOT NULL, version INT UNSIGNED NOT NULL, project_id UUID NOT NULL, definition JSON NOT NULL,
  created_at DATETIME(3) NOT NULL, created_by UUID NULL,
  PRIMARY KEY (definition_id, version),
  CONSTRAINT version_of_item FOREIGN KEY (definition_id) REFERENCES test_items (id));
