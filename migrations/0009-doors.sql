-- Webhooks that come twice under two delivery ids.
-- Why: a captured delivery, sent again under a new id, must not start another run; it is found by the digest of its body.
-- Lock: a new column at the end is instant; the index reads the table once, writers go on. Expected: 1 s per million rows.
ALTER TABLE trigger_deliveries
  ADD COLUMN IF NOT EXISTS body_sha256 BINARY(32) NULL,
  ADD KEY IF NOT EXISTS trigger_deliveries_for_body (trigger_id, body_sha256, received_at);
