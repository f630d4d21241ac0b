/**
 * Shared worker: one event stream per project for all tabs of the browser. A browser opens only six connections to a
 * server, so a stream per tab would starve the seventh.
 */
import { ProjectStream } from "./stream.js";

const streams = new Map();

self.onconnect = ({ ports: [port] }) => {
  let joined = null;
  port.onmessage = ({ data }) => {
    if (data.ask === "follow") {
      if (joined !== data.project) leave(port, joined);
      joined = data.project;
      follow(port, data);
    }
    else if (data.ask === "leave") { leave(port, joined); joined = null; }
    else if (data.ask === "hurry") streams.get(joined)?.stream.hurry(data.anew);
  };
};

function follow(port, { project, after }) {
  let entry = streams.get(project);
  if (!entry) {
    entry = { ports: new Set([port]), stream: null };
    streams.set(project, entry);
    entry.stream = new ProjectStream(project, after, (message) => tellAll(project, message));
    port.postMessage(entry.stream.state);
    return;
  }
  entry.ports.add(port);
  port.postMessage(entry.stream.state);
  const missed = entry.stream.since(after);
  if (missed === null) port.postMessage({ kind: "reset" });
  else missed.forEach((event) => port.postMessage(event));
}

function tellAll(project, message) {
  const entry = streams.get(project);
  if (!entry) return;
  for (const port of entry.ports) port.postMessage(message);
  // After these the stream is closed: the next one to follow opens a new one from its own place.
  if (message.kind === "reset" || message.kind === "over") streams.delete(project);
}

function leave(port, project) {
  const entry = streams.get(project);
  if (!entry) return;
  entry.ports.delete(port);
  if (entry.ports.size > 0) return;
  entry.stream.close();
  streams.delete(project);
}
