import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { ProjectStream } from "../../web/js/stream.js";
import { calm, Clock, frame, Server } from "./fakes.mjs";

let clock; let server; let told; let stream;

beforeEach(() => {
  clock = new Clock();
  server = new Server();
  told = [];
  stream = new ProjectStream("demo", "40", (message) => told.push(message));
});

afterEach(() => {
  stream.close();
  server.restore();
  clock.restore();
});

const states = () => told.filter((one) => one.kind === "state").map((one) => one.state);
const finished = (seq) => ({ execution: "e", root: "e", project: "demo", seq, to: "passed" });

/** Opens the stream and lets it live for a while. */
async function live() {
  await server.last.open();
  await server.last.write(frame("execution.finished", finished(3), "41.3"));
  await clock.pass(10_000);
  await server.last.write(": \n\n");
}

test("it asks from the position it was given and says live when the answer begins", async () => {
  assert.equal(server.last.url.pathname + server.last.url.search, "/api/v1/events?project=demo&after=40");
  await server.last.open();
  assert.deepEqual(states(), ["live"]);
});

test("an event is told with its position, type and data", async () => {
  await live();
  const [event] = told.filter((one) => one.kind === "event");
  assert.deepEqual(event, { kind: "event", type: "execution.finished", position: 41, data: finished(3) });
});

test("names that no page knows and data that is no JSON are passed over", async () => {
  await server.last.open();
  await server.last.write(frame("execution.teleported", {}, "41.1") + "event: execution.finished\ndata: {\nid: 42.1\n\n");
  assert.deepEqual(told.filter((one) => one.kind === "event"), []);
});

test("a stream that ends is picked up after its last event before anybody is told", async () => {
  await live();
  await server.last.end();
  assert.equal(server.asked.length, 2);
  assert.equal(server.last.url.searchParams.get("after"), "41.3");
  await server.last.open();
  assert.deepEqual([...new Set(states())], ["live"]);
});

test("a line that goes silent is given up 20 s after its last byte and its age is the age of that byte", async () => {
  await live();
  const heard = clock.now;
  await clock.pass(19_900);
  assert.equal(stream.state.state, "live");
  await clock.pass(200);
  assert.deepEqual(stream.state, { kind: "state", state: "down", since: heard });
  assert.ok(server.asked[0].isAborted);
  assert.equal(server.asked.length, 2);
});

test("comments alone keep a quiet line alive", async () => {
  await live();
  for (let beat = 0; beat < 10; beat += 1) {
    await clock.pass(15_000);
    await server.last.write(": \n\n");
  }
  assert.equal(stream.state.state, "live");
  assert.equal(server.asked.length, 1);
});

test("not live since keeps its first time through any number of tries", async () => {
  await live();
  const heard = clock.now;
  await server.last.lose();
  for (let tries = 0; tries < 6; tries += 1) {
    await server.last.refuse(503);
    await clock.pass(2000);
  }
  const down = told.filter((one) => one.state === "down");
  assert.ok(down.length >= 6);
  assert.deepEqual([...new Set(down.map((one) => one.since))], [heard]);
});

test("it is live within 3 s of the server's return, however long it was away", async () => {
  await live();
  await server.last.lose();
  for (let second = 0; second < 600; second += 1) {
    if (!server.last.isAborted) await server.last.refuse(503);
    await clock.pass(1000);
  }
  const back = clock.now;
  const before = server.asked.length;
  while (server.asked.length === before) await clock.pass(100);
  assert.ok(clock.now - back <= 2100, `tried after ${clock.now - back} ms`);
});

test("a try without an answer is given up and the next one follows at once", async () => {
  await live();
  await server.last.lose();
  assert.equal(server.asked.length, 2);
  await clock.pass(1000);
  assert.ok(server.asked[1].isAborted);
  await clock.pass(1);
  assert.equal(server.asked.length, 3);
});

test("six connections that died with the line are found out in 6 s; then a slow server is waited for", async () => {
  await live();
  await server.last.lose();
  await clock.pass(6100);
  assert.equal(server.asked.length, 8);
  await clock.pass(2000);
  assert.equal(server.asked.length, 8);
  await server.last.open();
  assert.equal(stream.state.state, "live");
});

test("the first answer may take its time", async () => {
  await clock.pass(2400);
  await server.last.open();
  assert.deepEqual(states(), ["live"]);
});

test("another network asks anew although the line seems to live", async () => {
  await live();
  stream.hurry();
  assert.equal(server.asked.length, 1);
  stream.hurry(true);
  await calm();
  assert.equal(server.asked.length, 2);
});

test("a line that waits can be hurried", async () => {
  await live();
  await server.last.lose();
  await server.last.refuse(503);
  assert.equal(stream.state.state, "down");
  const asked = server.asked.length;
  stream.hurry();
  await calm();
  assert.equal(server.asked.length, asked + 1);
});

test("an expired session is renewed once and the stream goes on", async () => {
  await server.last.refuse(401);
  assert.equal(server.last.url.pathname, "/api/v1/auth/refresh");
  await server.last.json({});
  assert.equal(server.last.url.pathname, "/api/v1/events");
  await server.last.open();
  assert.equal(stream.state.state, "live");
});

test("a session that cannot be renewed ends the stream and says over", async () => {
  await server.last.refuse(401);
  await server.last.refuse(401);
  assert.equal(told.at(-1).kind, "over");
  assert.ok(stream.isClosed);
  await clock.pass(60_000);
  assert.equal(server.asked.length, 2);
});

test("a refused project is not asked for every second", async () => {
  await server.last.refuse(404);
  await clock.pass(14_000);
  assert.equal(server.asked.length, 1);
  await clock.pass(1500);
  assert.equal(server.asked.length, 2);
});

test("reset closes the stream and is told once", async () => {
  await server.last.open();
  await server.last.write("event: reset\ndata: {}\n\n");
  assert.equal(told.filter((one) => one.kind === "reset").length, 1);
  assert.ok(stream.isClosed);
});

test("what was missed is told again while it is kept", async () => {
  await server.last.open();
  for (let at = 41; at <= 45; at += 1) await server.last.write(frame("execution.finished", finished(at), `${at}.${at}`));
  assert.deepEqual(stream.since("43").map((event) => event.position), [43, 44, 45]);
  assert.deepEqual(stream.since("39"), null);
});

test("only the newest 2,000 events are kept, and what is older says so", async () => {
  await server.last.open();
  let text = "";
  for (let at = 1; at <= 2001; at += 1) text += frame("execution.finished", finished(at), `${100 + at}.1`);
  await server.last.write(text);
  assert.equal(stream.since("100"), null);
  assert.equal(stream.since("1000").length, 1102);
});

test("a closed stream tells nothing more", async () => {
  await server.last.open();
  const call = server.last;
  stream.close();
  try { await call.write(frame("execution.finished", finished(1), "50.1")); } catch { /* its body is gone too */ }
  await clock.pass(60_000);
  assert.deepEqual(told.filter((one) => one.kind === "event"), []);
  assert.equal(server.asked.length, 1);
});
