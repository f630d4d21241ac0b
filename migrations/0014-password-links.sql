-- One-time links by which a person sets a password: invitations, and resets by an admin.
-- Why: nobody should choose or know another's password. Only the digest of a link is kept.
-- Lock: none, the table is new. Expected: under 1 s.
CREATE TABLE IF NOT EXISTS password_links (
  token_sha256 BINARY(32) PRIMARY KEY, user_id UUID NOT NULL, created_at DATETIME(3) NOT NULL, expires_at DATETIME(3) NOT NULL,
  KEY password_links_for_user (user_id), KEY password_links_for_purge (expires_at),
  CONSTRAINT password_link_of_user FOREIGN KEY (user_id) REFERENCES users (id));
