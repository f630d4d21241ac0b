import { h } from "../render.js";
import { button, icon, status } from "../parts.js";
import { duration, size } from "../format.js";
import { textOf } from "../diff.js";
import { isBad, many } from "../words.js";
import { checkOf } from "../checks.js";
import "../elements/as-output.js";

const LONG = 400;

/**
 * What one step did: request or command, timings, output, checks, captures. `its` is {step, link(artifact), log(stream):
 * the address of the whole of it, wrap, search, hit, hits: Map of counts by stream, inAll: matches in the whole of it
 * when they are known, set({wrap, search, hit}), found(stream, count)}.
 */
export function stepPanel(its) {
  const { step } = its;
  if (!step || step.isSummary) return null;
  const streams = streamsOf(step);
  return h("section", { class: "panel", key: "step", "aria-label": `Step ${step.sequence}` },
    h("header", null, status(step.status, { size: "s" }), h("h2", { class: "clip", title: step.name }, step.name),
      h("span", { class: "sub wide nowrap" }, `step ${step.sequence}`),
      streams.length > 0 && h("span", { class: "push line" }, tools(its, streams))),
    h("div", { class: "body stack tightstack" }, invocation(step), timings(step),
      step.error && !isShown(step) && h("p", { class: step.status }, step.error.message)),
    streams.map((stream, at) => output(stream, its, its.hit - count(its, streams.slice(0, at)))),
    checks(step), captures(step));
}

/** The message of a failing step stands in the error panel already. */
const isShown = (step) => isBad(step.status);

function streamsOf(step) {
  const { stdout, stderr, response } = step.output ?? {};
  return [["stdout", "Standard output", stdout], ["stderr", "Standard error", stderr],
    ["body", "Response body", response?.body]]
    .filter(([, , stream]) => stream && (stream.bytes > 0 || stream.head || stream.tail))
    .map(([name, label, stream]) => ({ name, label, stream }));
}

/** Matches of the search in some streams. */
const count = (its, streams) => streams.reduce((sum, { name }) => sum + (its.hits.get(name) ?? 0), 0);

function tools(its, streams) {
  const hits = count(its, streams);
  const file = streams.map(({ stream }) => stream.artifact).find(Boolean);
  return [
    h("label", { class: "field small" }, h("span", { class: "sr" }, "Search output"), icon("i-search", "s"),
      h("input", { type: "search", size: "8", placeholder: "Search", value: its.search, autocomplete: "off",
          spellcheck: "false", name: "search-output",
        oninput: (event) => its.set({ search: event.target.value.toLowerCase(), hit: 0 }),
        onkeydown: (event) => {
          if (event.key === "Enter" && hits) {
            event.preventDefault();
            its.set({ hit: (its.hit + (event.shiftKey ? hits - 1 : 1)) % hits });
          }
          else if (event.key === "Escape") { event.stopPropagation(); its.set({ search: "", hit: 0 }); }
        } }),
      its.search
        && h("span", { class: "num small nowrap", role: "status" }, matches(its, hits))),
    button("Wrap", () => its.set({ wrap: !its.wrap }),
      { kind: "small ghost wide", "aria-pressed": String(its.wrap), key: "w" }),
    file
      && h("a",
        { class: "btn small ghost icon", href: its.link(file), download: file, "aria-label": `Download ${file}` },
        icon("i-download", "s")),
  ];
}

/** How many matches there are here, and in all of it when that is more. */
function matches({ hit, inAll }, hits) {
  const here = hits ? `${hit + 1} of ${hits.toLocaleString()}` : "";
  if (!inAll || inAll <= hits) return here || "none";
  return `${here && `${here} here, `}${inAll.toLocaleString()} in the whole log`;
}

function invocation({ input, output }) {
  if (!input) return null;
  if (input.kind === "http") {
    const answer = output?.response;
    return [
      h("p", { class: "mono breakable" }, h("b", null, input.method ?? "GET"), ` ${input.url ?? ""}`,
        answer && h("b", { class: answer.status < 400 ? "passed" : "failed" }, ` ${answer.status}`)),
      named("Request headers", input.headers), body("Request body", input.body ?? input.json),
      named("Response headers", answer?.headers), named("Variables", input.variables),
    ];
  }
  if (input.kind === "wait") return h("p", { class: "dim" }, `Waited ${duration(input.durationMs ?? 0)}.`);
  const command = input.command ?? input;
  const text = Array.isArray(command.argv) ? command.argv.map(quoted).join(" ") : command.shell
    ?? (typeof command === "string" ? command : "");
  return [
    h("p", { class: "mono breakable" }, h("span", { class: "faint", "aria-hidden": "true" }, "$ "),
      text.length > LONG ? `${text.slice(0, LONG)} …` : text,
      folder(input.cwd), exit(output)),
    text.length > LONG && body("Whole command", text),
    named("Variables", input.variables),
  ];
}

/** The workspace of an attempt has a long path of its own that says nothing: only a folder below it is named. */
function folder(cwd) {
  const [, below] = /\/work\/[0-9a-f-]{36}-\d+\/home(?:\/(.*))?$/.exec(cwd ?? "") ?? [null, cwd];
  return below && h("span", { class: "faint", title: cwd }, `  in ${below}`);
}

function exit(output) {
  if (output?.signal) return h("span", { class: "warn" }, `  signal ${output.signal}`);
  if (output?.exitCode === undefined || output.exitCode === null) return null;
  return h("span", { class: output.exitCode === 0 ? "faint" : "failed" }, `  exit ${output.exitCode}`);
}

const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Names with their values, behind a fold. */
function named(label, all) {
  const lines = Object.entries(all ?? {});
  return lines.length > 0 && h("details", null, h("summary", { class: "small dim" }, `${label} · ${lines.length}`),
    h("dl", { class: "facts wide mono" },
      lines.map(([name, value]) => [h("dt", { key: `t${name}` }, name), h("dd", { key: `d${name}` }, textOf(value))])));
}

const body = (label, value) => value !== undefined && value !== null && value !== ""
  && h("details", null, h("summary", { class: "small dim" }, label),
  h("pre", { class: "stack-trace", tabindex: "0", role: "region", "aria-label": label }, textOf(value)));

const PHASES = [["dnsMs", "dns"], ["connectMs", "connect"], ["tlsMs", "tls"], ["firstByteMs", "first byte"],
  ["totalMs", "total"]];

function timings({ timings: all }) {
  const known = PHASES.filter(([name]) => typeof all?.[name] === "number");
  return known.length > 0 && h("dl", { class: "timings small", "aria-label": "Timings" }, known.map(([name, label]) =>
    h("div", { key: name }, h("dt", null, label), h("dd", { class: "num" }, precise(all[name])))));
}

/** Timings of a request are often fractions of a millisecond. */
const precise = (ms) => (ms < 10 ? `${ms.toLocaleString(undefined, { maximumFractionDigits: 2 })} ms` : duration(ms));

function output({ name, label, stream }, its, hit) {
  return h("div", { key: name, class: "stream" },
    h("div", { class: "caseset line" }, h("h3", null, `${label} · ${size(stream.bytes)}`),
      h("a", { class: "push link", href: its.log(name), "aria-label": `Whole ${label.toLowerCase()}` },
        // What is counted above is only in what is shown here.
        its.search && stream.artifact ? "Search the whole log" : "Whole log")),
    h("as-output",
      { ".model": { label, head: stream.head, tail: stream.tail, bytes: stream.bytes, droppedBytes: stream.droppedBytes,
      file: stream.artifact ? { name: stream.artifact, href: its.link(stream.artifact) } : null,
      wrap: its.wrap, search: its.search, hit, bad: name === "stderr" && isBad(its.step.status),
      found: (number) => its.found(name, number) } }));
}

function checks(step) {
  if (!step.checks?.length) return null;
  const passed = step.checks.filter((check) => check.passed).length;
  return h("details", { key: "checks", class: "fold", open: passed < step.checks.length },
    h("summary", { class: "caseset" }, `Checks · ${passed} of ${step.checks.length} passed`),
    h("ul", { class: "rows" }, step.checks.map((check, at) => {
      const { label, expected } = checkOf(check);
      return h("li", { key: at, class: "item mid small check" }, status(check.passed ? "passed" : "failed", { size: "s" }),
        h("span", { class: "grow breakable" }, label, " ", h("span", { class: "mono" }, brief(expected))),
        !check.passed && h("span", { class: "mono failed clip" }, `got ${brief(check.actual)}`));
    })));
}

/** The first line of a value; the whole of it stands in the error. */
function brief(value) {
  const text = textOf(value);
  const line = text.split("\n")[0].slice(0, 120);
  return line === text ? text : `${line} …`;
}

function captures(step) {
  const all = Object.entries(step.output?.captures ?? {});
  return all.length > 0
    && h("details", { key: "captures", class: "fold" },
      h("summary", { class: "caseset" }, many(all.length, "captured value")),
    h("dl", { class: "facts wide mono padded" },
      all.map(([name, value]) => [h("dt", { key: `t${name}` }, name), h("dd", { key: `d${name}` }, textOf(value))])));
}
