import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { DocumentForm } from "../../web/js/document-form.js";
import { calm, Clock } from "./fakes.mjs";

const FIELDS = [
  { name: "name", label: "Name", kind: "text" },
  { name: "tags", label: "Tags", kind: "list" },
  { name: "timeoutMs", label: "Limit", kind: "number", per: 0.001 },
  { name: "retry/maxAttempts", label: "Tries", kind: "number" },
  { name: "steps", label: "Steps", kind: "json" },
];
const CASE = { name: "Hello", tags: ["quick"], timeoutMs: 30_000, retry: { maxAttempts: 2, backoffMs: 500 },
  steps: [{ name: "echo", command: { argv: ["echo"] } }] };
const made = (values, more = {}) => new DocumentForm({ fields: FIELDS, values, submit: async () => {}, ...more });

let clock;
beforeEach(() => { clock = new Clock(); });
afterEach(() => clock.restore());

test("a document comes out as it went in, with what no field knows", () => {
  for (const values of [CASE, { ...CASE, colour: "blue" }, { name: " spaces " }, { tags: "no list" }, { tags: ["a,b"] },
    { retry: null, name: "" }, { retry: "odd" }, { tags: [1, 2] }, { steps: null }, {}]) {
    const form = made(values);
    assert.deepEqual(form.read(), values);
    assert.equal(form.isChanged, false);
  }
});

test("a field changes its own member and nothing else", () => {
  const form = made({ ...CASE, colour: "blue" });
  form.set("retry/maxAttempts", "3");
  form.set("timeoutMs", "1.5");
  assert.deepEqual(form.read(), { ...CASE, colour: "blue", timeoutMs: 1500, retry: { maxAttempts: 3, backoffMs: 500 } });
  form.set("retry/maxAttempts", "");
  assert.deepEqual(form.read().retry, { backoffMs: 500 });
});

test("what no field could show gives way to what is typed in its place", () => {
  const form = made({ tags: "no list", retry: null });
  form.set("tags", "a\nb");
  form.set("retry/maxAttempts", "2");
  assert.deepEqual(form.read(), { tags: ["a", "b"], retry: { maxAttempts: 2 } });
});

test("text moves the fields", () => {
  const form = made(CASE);
  form.take({ ...CASE, name: "Other", colour: 1 });
  assert.deepEqual([form.draft.name, form.isChanged, form.read().colour], ["Other", true, 1]);
  form.take(CASE);
  assert.equal(form.isChanged, false);
});

test("while somebody types the server is asked once they pause, and only its last word counts", async () => {
  const asked = [];
  const form = made(CASE, { probe: (values) => new Promise((answer) => asked.push([values.name, answer])) });
  form.set("name", "a");
  form.set("name", "ab");
  assert.equal(asked.length, 0);
  await clock.pass(500);
  assert.deepEqual(asked.map(([name]) => name), ["ab"]);
  form.set("name", "abc");
  asked[0][1]([{ pointer: "/name", message: "is old news" }]);
  await calm();
  assert.equal(form.wrong.size, 0);
  await clock.pass(500);
  asked[1][1]([{ pointer: "/steps/0/command/argv", message: "must be a list" }, { pointer: "/tags", message: "is required" }]);
  await calm();
  assert.deepEqual([...form.wrong], [["steps", "1 › command › argv must be a list."]]);
  assert.equal(form.told.length, 2);
});

test("one definition of a catalog is taken out of it, and put into one", () => {
  const form = made(CASE, { member: "testCases", key: "hello" });
  assert.deepEqual(form.inside({ testCases: [CASE] }), CASE);
  for (const other of [{ testCases: [CASE, CASE] }, { testCases: [CASE], testSuites: [] }, { testSuites: [CASE] }, { testCases: ["x"] }]) {
    assert.equal(form.inside(other), other);
  }
  assert.deepEqual(form.whole(), { key: "hello", document: { testCases: [{ key: "hello", ...CASE }] } });
});
