import assert from "node:assert/strict";
import { test } from "node:test";
import { Form } from "../../web/js/form.js";

const FIELDS = [
  { name: "name", label: "Name", kind: "text", required: true },
  { name: "window/runs", label: "Runs", kind: "number" },
  { name: "threshold", label: "Share", kind: "number", per: 100 },
  { name: "channels", label: "Channels", kind: "many", options: [] },
  { name: "labels", label: "Labels", kind: "list" },
  { name: "parameters", label: "Parameters", kind: "map" },
  { name: "secret", label: "Secret", kind: "secret" },
  { name: "on", label: "On", kind: "switch" },
];
const VALUES = { name: "nightly", window: { runs: 10 }, threshold: 0.9, channels: ["a"], labels: ["linux", "big"],
  parameters: { who: "you", many: 3, text: "3", yes: true }, on: true };

/** A place for what was typed, as the browser's. */
class Keep {
  kept = null;

  read() { return JSON.parse(JSON.stringify(this.kept)); }

  write(kept) { this.kept = kept; }

  drop() { this.kept = null; }
}

const made = (more = {}) => new Form({ fields: FIELDS, values: VALUES, submit: async () => {}, ...more });
const refusal = (status, errors = []) => Object.assign(new Error("no"), { status, errors });

test("values come out as they went in", () => {
  assert.deepEqual(made().read(), VALUES);
  assert.equal(made().isChanged, false);
});

test("what is empty is left out, unless the field says what is sent", () => {
  const form = new Form({ fields: [...FIELDS.slice(0, 6), { name: "suite", kind: "text", clear: null }], submit: null });
  assert.deepEqual(form.read(), { suite: null });
});

test("typed text becomes numbers, lists and values; what is no number goes to the server as it is", () => {
  const form = made();
  form.set("window/runs", " 7 ");
  form.set("threshold", "97,5");
  form.set("labels", "a, b\n c\n\n");
  form.set("parameters", [{ name: " n ", value: "1.5" }, { name: "", value: "gone" }, { name: "t", value: "\"1.5\"" }]);
  const { window, threshold, labels, parameters } = form.read();
  assert.deepEqual([window.runs, threshold, labels, parameters], [7, 0.975, ["a", "b", "c"], { n: 1.5, t: "1.5" }]);
  form.set("window/runs", "ten");
  assert.equal(form.read().window.runs, "ten");
});

test("faults stand at their fields, also those inside them; the rest is told on top; nothing typed is lost", async () => {
  const form = made({ submit: async () => { throw refusal(422, [
    { pointer: "/window/runs", message: "must be between 1 and 100" }, { pointer: "/labels/1", message: "is too long" },
    { pointer: "/parameters/who", message: "is taken" }, { pointer: "/threshold", message: "one" },
    { pointer: "/threshold", message: "two" }, { pointer: "?project", message: "is not known" }]); } });
  form.set("name", "other");
  assert.equal(await form.save(), false);
  assert.deepEqual([...form.wrong], [["window/runs", "Must be between 1 and 100."], ["labels", "2 is too long."],
    ["parameters", "Who is taken."], ["threshold", "One. Two."]]);
  assert.deepEqual(form.others, ["project is not known"]);
  assert.equal(form.draft.name, "other");
  form.set("labels", "x");
  assert.ok(!form.wrong.has("labels"), "what is being mended is not wrong any more");
  assert.equal(form.isChanged, true);
});

test("while it saves it saves once, and afterwards nothing is unsaved", async () => {
  let saved = 0;
  let done;
  const form = made({ submit: () => { saved += 1; return new Promise((resolve) => { done = resolve; }); } });
  form.set("name", "other");
  const first = form.save();
  assert.equal(form.isBusy, true);
  assert.equal(await form.save(), false);
  done();
  assert.equal(await first, true);
  assert.deepEqual([saved, form.isBusy, form.isChanged], [1, false, false]);
});

test("what is asked for and empty is said before the server is", async () => {
  let asked = 0;
  const form = made({ submit: async () => { asked += 1; } });
  form.set("name", "  ");
  assert.equal(await form.save(), false);
  assert.deepEqual([form.wrong.get("name"), asked], ["Is required.", 0]);
});

test("only fields that apply are sent, and a field's own check comes before the server", async () => {
  const sent = [];
  const form = new Form({ submit: async (values) => { sent.push(values); }, values: { kind: "email" }, fields: [
    { name: "kind", kind: "text" },
    { name: "email/to", kind: "list", when: ({ kind }) => kind === "email" },
    { name: "webhook/url", kind: "text", when: ({ kind }) => kind === "webhook" },
    { name: "part", kind: "number", check: (value) => (value > 1 ? "at most 1" : null) }] });
  form.set("email/to", "a@example.org");
  form.set("webhook/url", "http://x");
  form.set("part", "2");
  assert.equal(await form.save(), false);
  assert.equal(form.wrong.get("part"), "At most 1.");
  form.set("part", "1");
  assert.equal(await form.save(), true);
  assert.deepEqual(sent, [{ kind: "email", email: { to: ["a@example.org"] }, part: 1 }]);
});

test("somebody else was faster: what both changed is chosen, what one changed is kept", async () => {
  const sent = [];
  const form = made({ version: 3, latest: async () => ({ version: 4,
    values: { ...VALUES, name: "theirs", labels: ["theirs"], on: false } }),
  submit: async (values, version) => {
    sent.push([values, version]);
    if (version === 3) throw refusal(412);
  } });
  form.set("name", "mine");
  form.set("labels", "mine");
  form.set("threshold", "50");
  assert.equal(await form.save(), false);
  assert.deepEqual(form.conflict.names, ["name", "labels"]);
  assert.equal(await form.save(), false, "nothing is saved before it is settled");
  form.choose("labels", "theirs");
  form.settle();
  assert.equal(await form.save(), true);
  assert.equal(sent.length, 2);
  const [values, version] = sent[1];
  assert.deepEqual([values.name, values.labels, values.threshold, values.on, version],
    ["mine", ["theirs"], 0.5, false, 4]);
});

test("what was typed is found again, without its secret, and gone once it is saved or taken back", async () => {
  const keep = new Keep();
  const first = made({ keep });
  first.set("name", "typed");
  first.set("secret", "hidden");
  assert.ok(!JSON.stringify(keep.kept).includes("hidden"));
  const second = made({ keep });
  assert.deepEqual([second.draft.name, second.isFoundAgain, second.isChanged], ["typed", true, true]);
  second.discard();
  assert.deepEqual([second.draft.name, second.isChanged, keep.kept], ["nightly", false, null]);
  second.set("name", "typed again");
  assert.equal(await second.save(), true);
  assert.equal(keep.kept, null);
  first.set("name", "nightly");
  first.set("secret", "");
  assert.equal(keep.kept, null, "what was typed back to what it was is no change");
});

test("what was typed before somebody else saved is not laid over their work", () => {
  const keep = new Keep();
  made({ keep }).set("name", "mine");
  const again = made({ keep, values: { ...VALUES, name: "theirs", on: false } });
  assert.deepEqual(again.conflict.names, ["name"]);
  again.choose("name", "theirs");
  again.settle();
  assert.deepEqual([again.draft.name, again.draft.on, again.isChanged], ["theirs", false, false]);
  made({ keep }).set("name", "mine");
  const elsewhere = made({ keep, values: { ...VALUES, on: false } });
  assert.deepEqual([elsewhere.conflict, elsewhere.draft.name, elsewhere.draft.on], [null, "mine", false]);
});
