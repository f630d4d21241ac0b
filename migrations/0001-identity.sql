-- Users, projects, memberships, logins, API tokens, secrets, environments and the audit log.
-- Why: who may do what. Cold tables, so foreign keys hold them together; audit_log and login_throttles have none.
-- Lock: none, all tables are new. Expected: under 1 s.
CREATE TABLE IF NOT EXISTS users (
  id UUID PRIMARY KEY, email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, name VARCHAR(120) NOT NULL,
  password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, is_admin BOOLEAN NOT NULL DEFAULT FALSE,
  created_at DATETIME(3) NOT NULL, disabled_at DATETIME(3) NULL,
  UNIQUE KEY users_for_login (email),
  CONSTRAINT email_is_lower_case CHECK (email = LOWER(email)));
CREATE TABLE IF NOT EXISTS projects (
  id UUID PRIMARY KEY, project_key VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, name VARCHAR(120) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  UNIQUE KEY projects_for_key (project_key),
  CONSTRAINT project_key_is_a_key CHECK (project_key REGEXP '^[a-z0-9][a-z0-9-]{0,62}$'));
CREATE TABLE IF NOT EXISTS memberships (
  user_id UUID NOT NULL, project_id UUID NOT NULL,
  role ENUM('viewer','qa_engineer','dev_lead','product_owner','test_manager','ci') NOT NULL, created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (user_id, project_id), KEY memberships_for_project (project_id, user_id),
  CONSTRAINT membership_of_user FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT membership_in_project FOREIGN KEY (project_id) REFERENCES projects (id));
CREATE TABLE IF NOT EXISTS login_sessions (  -- one browser or script login; revoked by logout, reuse or disabling
  id UUID PRIMARY KEY, user_id UUID NOT NULL, remote_address VARCHAR(64) NOT NULL, created_at DATETIME(3) NOT NULL,
  refreshed_at DATETIME(3) NOT NULL, expires_at DATETIME(3) NOT NULL, revoked_at DATETIME(3) NULL, revoked_reason VARCHAR(32) NULL,
  KEY login_sessions_for_user (user_id, id), KEY login_sessions_for_purge (expires_at),
  CONSTRAINT reason_when_session_revoked CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
  CONSTRAINT session_of_user FOREIGN KEY (user_id) REFERENCES users (id));
CREATE TABLE IF NOT EXISTS refresh_tokens (  -- used ones stay until the session ends, so that a second use is seen
  token_sha256 BINARY(32) PRIMARY KEY, session_id UUID NOT NULL, issued_at DATETIME(3) NOT NULL, used_at DATETIME(3) NULL,
  KEY refresh_tokens_for_session (session_id),
  CONSTRAINT refresh_token_of_session FOREIGN KEY (session_id) REFERENCES login_sessions (id) ON DELETE CASCADE);
CREATE TABLE IF NOT EXISTS login_throttles (  -- attempts per e-mail or address in the current window; subject is a hash, so its length is fixed
  subject_sha256 BINARY(32) PRIMARY KEY, window_started_at DATETIME(3) NOT NULL, attempt_count INT UNSIGNED NOT NULL,
  KEY login_throttles_for_purge (window_started_at));
CREATE TABLE IF NOT EXISTS api_tokens (
  id UUID PRIMARY KEY, user_id UUID NOT NULL, project_id UUID NULL, name VARCHAR(120) NOT NULL, token_sha256 BINARY(32) NOT NULL,
  scopes SET('read','write','ingest','agent') NOT NULL, created_at DATETIME(3) NOT NULL, expires_at DATETIME(3) NULL,
  last_used_at DATETIME(3) NULL, revoked_at DATETIME(3) NULL,
  UNIQUE KEY api_tokens_for_bearer (token_sha256), KEY api_tokens_for_list (user_id, id),
  CONSTRAINT token_has_scope CHECK (scopes <> ''),
  CONSTRAINT token_of_user FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT token_in_project FOREIGN KEY (project_id) REFERENCES projects (id));
CREATE TABLE IF NOT EXISTS secrets (  -- sealed: version, key id, nonce, AES-GCM ciphertext, tag
  project_id UUID NOT NULL, name VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  key_id CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, sealed MEDIUMBLOB NOT NULL, updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (project_id, name), KEY secrets_for_rotation (key_id),
  CONSTRAINT secret_in_project FOREIGN KEY (project_id) REFERENCES projects (id));
CREATE TABLE IF NOT EXISTS environments (
  project_id UUID NOT NULL, name VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, variables JSON NOT NULL,
  version INT UNSIGNED NOT NULL, created_at DATETIME(3) NOT NULL, updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (project_id, name),
  CONSTRAINT environment_in_project FOREIGN KEY (project_id) REFERENCES projects (id));
CREATE TABLE IF NOT EXISTS audit_log (  -- append-only by grant: the server's user has INSERT and SELECT on it, nothing else
  id UUID PRIMARY KEY, project_id UUID NULL, at DATETIME(3) NOT NULL, actor_kind ENUM('user','token','agent','system','anonymous') NOT NULL,
  actor_id UUID NULL, actor_name VARCHAR(255) NOT NULL, action VARCHAR(64) NOT NULL, outcome ENUM('done','refused') NOT NULL,
  target_kind VARCHAR(32) NOT NULL, target_id VARCHAR(255) NOT NULL, before_value JSON NULL, after_value JSON NULL,
  remote_address VARCHAR(64) NOT NULL, request_id VARCHAR(64) NOT NULL,
  KEY audit_log_for_project (project_id, id), KEY audit_log_for_actor (actor_id, id));
