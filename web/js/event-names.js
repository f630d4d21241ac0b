/** Every event that a page may hear of, in the order of docs/api/events.md. */
export const EVENT_NAMES = [
  "execution.queued",
  "execution.started",
  "execution.progress",
  "execution.steps",
  "execution.cancelRequested",
  "execution.retrying",
  "execution.deadLettered",
  "execution.finished",
  "alert.opened",
  "alert.acknowledged",
  "alert.resolved",
  "agent.online",
  "agent.offline",
];
