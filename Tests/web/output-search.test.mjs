import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { OutputSearch } from "../../web/js/output-search.js";
import { Clock, Server } from "./fakes.mjs";

const OF = { id: "e1", attempt: 1, step: 2 };
const line = (stream, text) => ({ stream, text, line: 1, step: 2 });
let clock; let server; let changes; let search;

beforeEach(() => {
  [clock, server, changes] = [new Clock(), new Server(), 0];
  search = new OutputSearch(() => { changes += 1; });
});
afterEach(() => { clock.restore(); server.restore(); });

/** Asks for a text that stands in `lines` lines, `matches` times, of which the answer names `items`. */
async function told(text, { items, lines = items.length, matches }) {
  search.ask(OF, text);
  await clock.pass(300);
  await server.last.json({ items, lines, matches });
}

test("the server is asked once typing has stopped, and for one text only once", async () => {
  search.ask(OF, "ab");
  search.ask(OF, "abc");
  search.ask(OF, "abc");
  assert.equal(search.isAsking, true);
  await clock.pass(300);
  search.ask(OF, "abc");
  await clock.pass(300);
  assert.deepEqual(server.asked.map(({ url }) => url.searchParams.get("q")), ["abc"]);
  await server.last.json({ items: [], lines: 0, matches: 0 });
  assert.deepEqual([search.isAsking, search.matchesIn("stdout"), changes], [false, 0, 1]);
});

test("where all lines are named, each stream has its own matches", async () => {
  await told("an", { items: [line("stdout", "BANANA"), line("stdout", "an"), line("stderr", "can")], matches: 4 });
  assert.deepEqual(["stdout", "stderr", "body"].map((stream) => search.matchesIn(stream)), [3, 1, 0]);
});

test("where not all lines are named, all streams together are told", async () => {
  await told("a", { items: [line("stdout", "a"), line("stderr", "a")], lines: 5000, matches: 6000 });
  assert.deepEqual(["stdout", "stderr", "body"].map((stream) => search.matchesIn(stream)), [6000, 6000, 6000]);
});

test("an answer to what is not asked any more is given up, and without one nothing is known", async () => {
  search.ask(OF, "old");
  await clock.pass(300);
  search.ask(OF, "new");
  assert.equal(server.last.isAborted, true);
  await clock.pass(300);
  await server.last.refuse(503);
  assert.deepEqual([search.isAsking, search.matches, search.matchesIn("stdout")], [false, null, null]);
});
