import assert from "node:assert/strict";
import { test } from "node:test";
import { yaml } from "../../web/js/yaml.js";
import { lineOf, readYAML } from "../../web/js/yaml-reader.js";

const reads = (text, value) => {
  const found = readYAML(text);
  assert.equal(found.fault, undefined, `${JSON.stringify(text)}: ${found.fault}`);
  assert.deepEqual(found.value, value, text);
};
const refuses = (text, words, line) => {
  const found = readYAML(text);
  assert.match(found.fault ?? `read as ${JSON.stringify(found.value)}`, words, text);
  assert.equal(found.line, line, text);
};

test("plain words mean what they mean to the server", () => {
  reads("a: 1\nb: -2.5e3\nc: true\nd: null\ne: ~\nf:\ng: no\nh: 1:30\ni: 2026-11-21\nj: 007\nk: 0x10\nl: +1\nm: .5\nn: True\no: 1_000",
    { a: 1, b: -2500, c: true, d: null, e: null, f: null, g: "no", h: "1:30", i: "2026-11-21", j: "007", k: "0x10", l: "+1", m: ".5",
      n: true, o: "1_000" });
  reads("a: 9223372036854775807", { a: Number("9223372036854775807") });
  refuses("a: 9223372036854775808", /more than 64 bits/, 1);
});

test("lists and objects stand in lines, as far out as they may", () => {
  reads("steps:\n- name: a\n  command:\n    argv: [a, b]\n- name: b\nlast: 1", { steps: [{ name: "a", command: { argv: ["a", "b"] } }, { name: "b" }], last: 1 });
  reads("steps:\n  -\n    name: a\n  - - 1\n    - 2\n  - \n  - x", { steps: [{ name: "a" }, [1, 2], null, "x"] });
  reads("- a:\n  - 1\n  b: 2\n- c", [{ a: [1], b: 2 }, "c"]);
  reads("a:\n  b:\n    c: 1\nd: 2", { a: { b: { c: 1 } }, d: 2 });
  reads("---\n# only a comment\na: 1 # another\n\n  # and one more\nb: 2\n...\n", { a: 1, b: 2 });
  reads("", null);
  reads("a:", { a: null });
  reads("a: |\n  x", { a: "x" });
  reads("'quoted key': 1\n\"other\\tkey\": 2\na b c: 3\nurl: http://x/y#z\nshell: echo a#b; ls -l", { "quoted key": 1, "other\tkey": 2,
    "a b c": 3, url: "http://x/y#z", shell: "echo a#b; ls -l" });
  reads("__proto__: 1", JSON.parse('{"__proto__": 1}'));
});

test("texts go on in lines", () => {
  reads("a: one\n  two\n\n  three\nb: 1", { a: "one two\nthree", b: 1 });
  reads("a: |\n  one\n    two\n\n  three\n\nb: >-\n  folded\n  text\n\n  next\n    kept\n  end\n", { a: "one\n  two\n\nthree\n",
    b: "folded text\nnext\n  kept\nend" });
  reads("a: |+\n  x\n\nb: |2\n    y\n", { a: "x\n\n", b: "  y\n" });
  reads("a: |-\n  # no comment\n  x: y", { a: "# no comment\nx: y" });
  reads("a: \"x\\n\\u00e9\\x41 \\\n  y\n  z\"\nb: 'it''s\n\n  so'", { a: "x\né" + "A y z", b: "it's\nso" });
  reads("a: |\nb: 1", { a: "", b: 1 });
});

test("brackets are read, and so is all JSON", () => {
  reads("{a: 1, b: [x, 'y, z', {c: d}], e: , \"f\":2,}", { a: 1, b: ["x", "y, z", { c: "d" }], e: null, f: 2 });
  reads("a: [1,\n  2, # two\n  three four\n]\nb: {}\nc: []", { a: [1, 2, "three four"], b: {}, c: [] });
  for (const value of [{ a: [1, { b: null, c: "x: y # z" }], "d/e": "\"q\"" }, { "~": [[], {}], t: true }, ["${a}"]]) {
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) reads(text, value);
  }
});

test("what is written as YAML reads back as it was", () => {
  const texts = ["", "a", "no", "1", "-", "- a", "a: b", "#x", "x #y", "two\nlines", "two\n\nlines\n", " lead", "trail ", "\ttab", "${x}", "{a}",
    "[", "'", "\"", "\\", "é", "\u0085", "!x", "&x", "*x", "%x", "@x", "|", ">", "?", "? x", ":", "a:", "null", "~", "---", "...", "a\n---\nb"];
  for (const one of texts) {
    for (const value of [{ [one || "k"]: one }, [one], { a: { b: [one, { c: one }] } }, [[one]]]) reads(yaml(value), value);
  }
  let seed = 7;
  const random = (most) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % most; };
  const made = (depth) => {
    const kind = depth > 4 ? random(4) : random(7);
    if (kind < 3) return texts[random(texts.length)];
    if (kind === 3) return [random(1000) - 500, true, null, 0.5][random(4)];
    if (kind < 5) return Array.from({ length: random(4) }, () => made(depth + 1));
    return Object.fromEntries(Array.from({ length: random(4) }, (_, at) => [`${texts[random(texts.length)]}${at}`, made(depth + 1)]));
  };
  for (let turn = 0; turn < 2000; turn += 1) { const value = { top: made(0) }; reads(yaml(value), value); }
});

test("faults name what is wrong and its line", () => {
  refuses("a: 1\na: 2", /a is written twice/, 2);
  refuses("a: 1\n  b: 2", /: and a space|indented/, 2);
  refuses("a:\n    b: 1\n  c: 2", /indented/, 3);
  refuses("a: 1\n\tb: 2", /tabs/, 2);
  refuses("a: b: c", /needs quotes/, 1);
  refuses("a: &x 1", /anchors/, 1);
  refuses("a: !!str 1", /tags/, 1);
  refuses("a: 1\n---\nb: 2", /one document/, 2);
  refuses("a: [1, 2\nb: 3", /needs quotes|does not end|comma/, 2);
  refuses("a: \"x\n", /does not end/, 1);
  refuses("a: 'x' y", /too much/, 1);
  refuses("a: \"\\q\"", /means nothing/, 1);
  refuses("a: 1\noops\nb: 2", /a key with : is missing|too much/, 2);
  refuses("a: @x", /quotes/, 1);
  refuses("? a\n: b", /keys are texts/, 1);
});

test("places lead from pointers to lines", () => {
  const { places } = readYAML("key: hello\n# why\nsteps:\n  - name: one\n    command:\n      argv: [a,\n        b]\n  - name: two\na/b: 1\n");
  const lines = ["", "/steps", "/steps/0", "/steps/0/command/argv", "/steps/0/command/argv/1", "/steps/1/name", "/steps/1/expect", "/a~1b"]
    .map((pointer) => lineOf(places, pointer));
  assert.deepEqual(lines, [1, 3, 4, 6, 7, 8, 8, 9]);
});
