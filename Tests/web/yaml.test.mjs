import assert from "node:assert/strict";
import { test } from "node:test";
import { yaml } from "../../web/js/yaml.js";

test("objects, lists and what is empty", () => {
  assert.equal(yaml({ testCases: [{ key: "a", steps: [{ name: "x", argv: ["echo", 1, true, null] }], tags: [], more: {} }], count: -1.5 }),
    `testCases:
  - key: a
    steps:
      - name: x
        argv:
          - echo
          - 1
          - true
          - null
    tags: []
    more: {}
count: -1.5
`);
  assert.equal(yaml([[1, [2]], []]), "- - 1\n  - - 2\n- []\n");
  assert.equal(yaml({}), "{}\n");
});

test("text that would read as something else is quoted", () => {
  for (const text of ["", "true", "No", "null", "1", "1.5", "-", "- a", "a: b", "a #b", " a", "a ", "*a", "&a", "!a", "{a}", "[a]", "%a",
    "@a", "`a", "'a'", "\"a\"", "a\tb", "?", ":", "~", "2026-11-21", "0x10", "1e3", ".5", "=", "<<", "Grüße", "\u0085", "\u2028", "${x}"]) {
    const said = yaml({ a: text }).slice(3, -1);
    assert.ok(said.startsWith("\""), `${text} → ${said}`);
    assert.equal(JSON.parse(said), text);
    assert.doesNotMatch(said, /[\u0085\u2028]/);
  }
  assert.equal(yaml({ "on": "a b/c.d-e_f" }), "\"on\": a b/c.d-e_f\n");
});

test("several lines stand as they are, unless something would be lost", () => {
  assert.equal(yaml({ a: "one\ntwo" }), "a: |-\n  one\n  two\n");
  assert.equal(yaml({ a: "one\n\ntwo\n" }), "a: |\n  one\n\n  two\n");
  assert.equal(yaml([{ a: "one\n  two: x" }]), "- a: |-\n    one\n      two: x\n");
  for (const text of [" one\ntwo", "one\ntwo\n\n", "one \ntwo", "one\ntwo ", "one\r\ntwo", "\none\ntwo", "a\tb\nc", "one\n"]) {
    assert.equal(JSON.parse(yaml({ a: text }).slice(3)), text, JSON.stringify(text));
  }
});
