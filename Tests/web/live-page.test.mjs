import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { calm, Clock, frame, Server } from "./fakes.mjs";

globalThis.addEventListener = () => {};
globalThis.document = { hidden: false, addEventListener: () => {} };
globalThis.requestAnimationFrame = (work) => setTimeout(work, 16);
const { LivePage } = await import("../../web/js/live-page.js");
const { unfollow } = await import("../../web/js/events.js");

let clock; let server; let page;

/** A page whose loads wait for the test. */
class Page extends LivePage {
  loads = []; drawn = []; taken = []; settled = 0; moving = false;

  load(signal) { return new Promise((done, fail) => this.loads.push({ signal, done, fail })); }

  content() { this.drawn.push([this.state, this.problem?.status ?? null]); return null; }

  take(type, data) { this.taken.push([type, data.seq]); }

  settle() { this.settled += 1; }

  isMoving() { return this.moving; }
}

beforeEach(() => {
  clock = new Clock();
  server = new Server();
  page = new Page({ page: { namespaceURI: "", firstChild: null } }, { project: "demo" });
  page.start();
});

afterEach(() => {
  page.stop();
  unfollow();
  server.restore();
  clock.restore();
});

const loaded = async (feed = "7") => { page.loads.at(-1).done(feed); await clock.pass(20); };
const failed = async (status) => { page.loads.at(-1).fail({ status }); await clock.pass(20); };
const event = (seq, project = "demo") => frame("execution.started", { execution: "e", root: "e", project, seq }, `${seq}.${seq}`);

test("it shows that it loads, then what it has, and follows from the position of the answer", async () => {
  await clock.pass(20);
  await loaded("7");
  assert.deepEqual(page.drawn, [["loading", null], ["ready", null]]);
  assert.equal(server.last.url.search, "?project=demo&after=7");
});

test("events of the project reach it, those of others do not", async () => {
  await loaded();
  await server.last.open();
  await server.last.write(event(8) + event(9, "other") + event(10));
  assert.deepEqual(page.taken, [["execution.started", 8], ["execution.started", 10]]);
});

test("an event that names no project, as of an agent that all share, reaches it too", async () => {
  await loaded();
  await server.last.open();
  await server.last.write(frame("agent.online", { agent: "a", name: "first" }, "8.1"));
  assert.deepEqual(page.taken.map(([type]) => type), ["agent.online"]);
});

test("a page that was stopped never draws, whatever its load comes to", async () => {
  for (const end of ["done", "fail"]) {
    const late = new Page({ page: { namespaceURI: "", firstChild: null } }, { project: "demo" });
    late.start();
    late.stop();
    assert.ok(late.loads[0].signal.aborted);
    late.loads[0][end]("7");
    await clock.pass(5000);
    late.redraw();
    late.drawNow();
    await clock.pass(100);
    assert.deepEqual(late.drawn, [], end);
  }
});

test("a stopped page takes no events and its spaced work does not run", async () => {
  await loaded();
  await server.last.open();
  let ran = 0;
  const work = page.spaced(() => { ran += 1; }, 500);
  work();
  work();
  page.stop();
  await server.last.write(event(8));
  await clock.pass(2000);
  assert.deepEqual([ran, page.taken], [1, []]);
});

test("a later load overtakes one that still runs", async () => {
  page.reload();
  assert.ok(page.loads[0].signal.aborted);
  page.loads[0].fail({ status: 500 });
  await loaded();
  assert.deepEqual([page.state, page.problem], ["ready", null]);
});

test("a first load that fails stands in place of the content", async () => {
  await failed(503);
  assert.deepEqual(page.drawn.at(-1), ["error", 503]);
});

test("a later load that fails leaves what is shown and says so; a refusal takes its place", async () => {
  await loaded();
  page.reload();
  await failed(0);
  assert.deepEqual(page.drawn.at(-1), ["ready", 0]);
  page.reload();
  await failed(422);
  assert.deepEqual(page.drawn.at(-1), ["error", 422]);
});

test("when the line is back a page that failed loads again", async () => {
  await loaded();
  page.reload();
  await failed(0);
  const loads = page.loads.length;
  await server.last.open();
  assert.equal(page.loads.length, loads + 1);
  await loaded();
  assert.equal(page.problem, null);
});

test("a reset loads everything anew", async () => {
  await loaded();
  await server.last.open();
  await server.last.write("event: reset\ndata: {}\n\n");
  assert.equal(page.loads.length, 2);
});

test("the clock draws only while something moves", async () => {
  await loaded();
  const before = page.drawn.length;
  await clock.pass(3000);
  assert.equal(page.drawn.length, before);
  page.moving = true;
  await clock.pass(3020);
  assert.equal(page.drawn.length, before + 3);
});

test("any number of redraws in one frame are one", async () => {
  await loaded();
  const before = page.drawn.length;
  for (let time = 0; time < 50; time += 1) page.redraw();
  await clock.pass(20);
  assert.equal(page.drawn.length, before + 1);
});

test("order follows once the pointer has been away for 5 s", async () => {
  page.hold(true);
  await clock.pass(60_000);
  page.hold(false);
  await clock.pass(3000);
  page.hold(true);
  page.hold(false);
  await clock.pass(4900);
  assert.deepEqual([page.settled, page.isHeld], [0, true]);
  await clock.pass(200);
  await calm();
  assert.deepEqual([page.settled, page.isHeld], [1, false]);
});
