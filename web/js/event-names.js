/** Every event that a page may hear of: `EventName` of the engine, which a test compares with this. */
export const EVENT_NAMES = [
  "execution.queued",
  "execution.started",
  "execution.progress",
  "execution.steps",
  "execution.cancelRequested",
  "execution.retrying",
  "execution.deadLettered",
  "execution.finished",
  "execution.imported",
  "alert.opened",
  "alert.acknowledged",
  "alert.resolved",
  "agent.online",
  "agent.offline",
];
