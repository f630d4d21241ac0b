import { ProjectStream } from "./stream.js";

const handlers = { event: new Set(), reset: new Set(), over: new Set(), state: new Set() };
let line = null;
let current = { state: "idle" };

/** Opens the line before anything is followed, so that its worker starts while the page still loads. */
export const openEarly = () => { line ??= openLine(); };

/**
 * Follows the events of a project from a feed position. One stream serves all tabs; where the browser has no shared
 * worker, this tab opens its own.
 */
export function follow(project, after) {
  openEarly();
  line.follow(project, after);
}

/** Stops following, as at log-out. */
export function unfollow() {
  line?.leave();
  tell({ kind: "state", state: "idle" });
}

/** Tries to connect now; `anew` also when the line seems to live. */
export const hurry = (anew = false) => line?.hurry(anew);

/** Calls `work` for each "event", "reset", "over" or "state"; answers the function that stops it. */
export function on(kind, work) {
  handlers[kind].add(work);
  return () => handlers[kind].delete(work);
}

/** The state of the line: {state: "idle" | "catching" | "live" | "down", since?, again?}. */
export const state = () => current;

function tell(message) {
  if (message.kind === "state") current = message;
  for (const work of handlers[message.kind] ?? []) work(message);
}

function openLine() {
  if (typeof SharedWorker === "undefined") return ownLine();
  const worker = new SharedWorker(new URL("./events-worker.js", import.meta.url), { type: "module", name: "assay" });
  const port = worker.port;
  port.onmessage = ({ data }) => tell(data);
  port.start();
  // A closed tab cannot be noticed from inside the worker.
  addEventListener("pagehide", (event) => { if (!event.persisted) port.postMessage({ ask: "leave" }); });
  return {
    follow: (project, after) => port.postMessage({ ask: "follow", project, after }),
    leave: () => port.postMessage({ ask: "leave" }),
    hurry: (anew) => port.postMessage({ ask: "hurry", anew }),
  };
}

function ownLine() {
  let stream = null;
  return {
    follow(project, after) {
      const missed = stream?.project === project && !stream.isClosed ? stream.since(after) : null;
      if (missed) return missed.forEach((event) => queueMicrotask(() => tell(event)));
      stream?.close();
      stream = new ProjectStream(project, after, tell);
    },
    leave() { stream?.close(); stream = null; },
    hurry(anew) { stream?.hurry(anew); },
  };
}

addEventListener("online", () => hurry(true));
document.addEventListener("visibilitychange", () => { if (!document.hidden) hurry(); });
