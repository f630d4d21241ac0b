/** What reached a trigger and what became of it, in words. */
const STATES = { started: ["passed", "Started"], accepted: ["pending", "Being started"], ignored: ["cancelled", "Nothing started"],
  failed: ["failed", "Could not start"] };

const REASONS = {
  ping: "A ping, which only asks whether somebody is there.", event: "The trigger is not for this event.",
  action: "This change of a pull request starts nothing.", branch: "The trigger is not for this branch.",
  notABranch: "It is a tag, not a branch.", branchDeleted: "The branch was deleted.",
  disabled: "The trigger is off.", projectArchived: "The project is archived.",
  malformed: "It is not what GitHub sends for this event.",
};

const EVENTS = { push: "Push", pull_request: "Pull request", ping: "Ping" };

export const eventWord = (event) => EVENTS[event] ?? event;

/** [shape of a status, word]. */
export const stateOf = ({ state }) => STATES[state] ?? ["pending", state];

/** Why nothing started, as a sentence; what the server says of faults of the trigger itself is kept. */
export function reasonOf(reason) {
  if (!reason) return "";
  const same = /^same body as (.+)$/.exec(reason)?.[1];
  if (same) return `The same had come before, as ${same}.`;
  return REASONS[reason] ?? `${reason.replace(/^\/(\S+) /, "$1: ").replace(/\.$/, "")}.`;
}
