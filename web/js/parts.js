import { h } from "./render.js";
import { SHAPES } from "./icons.js";
import { exact, initials, moment } from "./format.js";

/** Small pieces that every page draws: icons, times, people, empty and failed states. */

/** A line icon from the sprite; decoration only, its meaning stands beside it. */
export const icon = (name, size = "") =>
  h("svg", { class: `i ${size}`.trim(), "aria-hidden": "true" }, h("use", { href: `#${name}` }));

/** The shape of a status. Without `label` it is decoration for the word beside it. */
export const status = (name, { size = "", label = true } = {}) =>
  h("as-status", { status: name, size: size || null, mute: !label });

/** All icon shapes, drawn once into the page so that `use` can find them. */
export function sprite() {
  const shapes = Object.entries(SHAPES).map(([id, pieces]) =>
    h("symbol", { id, viewBox: "0 0 16 16" }, pieces.map((piece) =>
      typeof piece === "string" ? h("path", { d: piece }) : h(piece[0], piece[1]))));
  return h("svg", { class: "sprite", "aria-hidden": "true" }, shapes);
}

/** The mark: an octagon punch with an A whose crossbar is a brass streak. */
export const mark = () => h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" },
  h("path", { d: "M7 1h10l6 6v10l-6 6H7l-6-6V7z", fill: "var(--text)" }),
  h("path", { d: "M6.6 17.6L12 6l5.4 11.6", fill: "none", stroke: "var(--on-ink)", "stroke-width": "2.1",
      "stroke-linecap": "square" }),
  h("path", { d: "M8.7 14.1h6.6", stroke: "var(--accent-fill)", "stroke-width": "2.3" }));

/** A moment with the exact instant in its title. */
export const time = (text) => (text ? h("time", { datetime: text, title: exact(text) }, moment(text)) : null);

/** Who or what started something. */
export function starter(by) {
  if (!by) return null;
  const title = by.name ?? by.kind;
  if (by.kind === "user") return h("span", { class: "avatar", role: "img", "aria-label": title, title },
    initials(by.name));
  const name = { trigger: "i-bolt", schedule: "i-cal", token: "i-key" }[by.kind] ?? "i-bolt";
  return h("span", { class: "faint", role: "img", "aria-label": `Started by ${title}`, title }, icon(name));
}

/** Branch and commit of a run. */
export function revision(of) {
  if (!of?.branch && !of?.commit) return null;
  return [
    of.branch && icon("i-branch"),
    of.branch && h("span", { class: "clip", title: of.branch }, of.branch),
    of.commit && h("span", { class: "mono faint", title: of.commit }, of.commit.slice(0, 7)),
  ];
}

export const kbd = (key) => h("kbd", { "aria-hidden": "true" }, key);

/** A button; `icon` and `key` are shown beside its words. */
export const button = (label, run, { kind = "", icon: name, key, ...rest } = {}) =>
  h("button", { type: "button", class: `btn ${kind}`.trim(), onclick: run, ...rest },
    name && icon(name, "s"), label, key && kbd(key));

/** A page or list with nothing in it: one sentence, one action. */
export const empty = (title, text, actions = null, heading = "h2") => h("div", { class: "empty" },
  h(heading, null, title), text && h("p", null, text), actions && h("span", { class: "line" }, actions));

/** What happened, why, what now; keeps standing until it is answered. */
export const failure = (title, problem, again) => h("div", { class: "panel" },
  h("div", { class: "item mid", role: "alert" }, status("warning"),
    h("span", { class: "grow" }, h("b", null, title), h("br"), h("span", { class: "small dim" }, because(problem))),
    again && button("Try again", again, { kind: "small" })));

/** The sentence of a refusal with the request id to quote. */
export function because(problem) {
  const more = problem.errors?.map((one) => `${one.pointer.replace(/^[?/]/, "")} ${one.message}`).join("; ");
  const text = more ? `${problem.message} ${more}.` : problem.message;
  return problem.requestId ? `${text} Request ${problem.requestId}.` : text;
}

/** Rows of the height of the real ones, shown while a list loads for longer than a moment. */
export const skeleton = (rows) => h("div", { class: "panel rows late", "aria-hidden": "true" },
  Array.from({ length: rows }, (_, at) => h("div", { class: "item mid tallrow" },
    h("svg", { class: "st" }, h("circle", { cx: "8", cy: "8", r: "7", fill: "var(--track)" })),
    h("span", { class: `skel sk${(at % 3) + 1}` }))));
