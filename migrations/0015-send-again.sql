-- People send a message of the log again, and look at what a hook brought.
-- A new round of tries begins at `round_at`, after `round_tries` earlier ones; the log keeps all of them.
-- Lock: instant columns at the end of both tables. Expected: under 1 s.
ALTER TABLE deliveries
  ADD COLUMN IF NOT EXISTS round_tries TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS round_at DATETIME(3) NULL;
-- What came, as it came, up to 256 KiB; NULL for what is longer or came before this column.
ALTER TABLE trigger_deliveries ADD COLUMN IF NOT EXISTS payload MEDIUMBLOB NULL;
