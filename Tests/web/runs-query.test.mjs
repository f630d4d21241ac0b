import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { RunsQuery, Waits } from "../../web/js/pages/runs-query.js";
import { calm, Clock, Server } from "./fakes.mjs";

let clock; let server;
beforeEach(() => { clock = new Clock(); server = new Server(); });
afterEach(() => { server.restore(); clock.restore(); });

const status = (call) => call.url.searchParams.get("status");
const ids = (...numbers) => numbers.map((number) => ({ id: `id-${number}` }));

test("each group asks for its own statuses, as far as the filter lets them through", async () => {
  const query = new RunsQuery("demo", { status: "failed,running", branch: "main" });
  query.page("running", null);
  query.page("finished", "next");
  assert.deepEqual(server.asked.map(status), ["running", "failed"]);
  assert.equal(server.last.url.searchParams.get("cursor"), "next");
  assert.equal(server.last.url.searchParams.get("branch"), "main");
  assert.deepEqual(await query.page("waiting", null), { items: [], nextCursor: null, feed: null });
  assert.equal(server.asked.length, 2);
});

test("a page carries its place in the feed", async () => {
  const page = new RunsQuery("demo", {}).page("waiting", null);
  await server.last.json({ items: ids(3), nextCursor: "c" }, { headers: { "Assay-Feed": "41" } });
  assert.deepEqual(await page, { items: ids(3), nextCursor: "c", feed: "41" });
});

test("the newest runs are read down to the oldest that came, and no further", async () => {
  const found = new RunsQuery("demo", {}).newest("id-4");
  await server.last.json({ items: ids(9, 8, 7), nextCursor: "c1" });
  assert.equal(server.last.url.searchParams.get("cursor"), "c1");
  await server.last.json({ items: ids(6, 5, 4), nextCursor: "c2" });
  assert.deepEqual(await found, ids(9, 8, 7, 6, 5, 4));
  assert.equal(server.asked.length, 2);
});

test("without a run that came one page is enough", async () => {
  const found = new RunsQuery("demo", {}).newest(null);
  await server.last.json({ items: ids(9), nextCursor: "c1" });
  assert.deepEqual(await found, ids(9));
});

test("why a run waits is asked for once, and again only after something moved and 10 s", async () => {
  const waits = new Waits((work) => work, () => {});
  const run = { id: "a" };
  const ask = async (sentence) => {
    waits.want(run);
    await calm();
    if (server.asked.length > 0 && sentence) await server.last.json({ sentence });
    return server.asked.length;
  };
  assert.equal(await ask("No agent is online."), 1);
  assert.equal(run.waitSentence, "No agent is online.");
  await clock.pass(60_000);
  assert.equal(await ask(), 1);
  waits.moved();
  assert.equal(await ask("Next for a free slot."), 2);
  await clock.pass(5000);
  waits.moved();
  assert.equal(await ask(), 2);
  await clock.pass(6000);
  assert.equal(await ask("It runs."), 3);
});

test("a run that is loaded anew keeps the sentence that was told", async () => {
  const waits = new Waits((work) => work, () => {});
  waits.want({ id: "a" });
  await server.last.json({ sentence: "1 case before it." });
  const again = { id: "a" };
  waits.want(again);
  assert.equal(again.waitSentence, "1 case before it.");
});
