import { h } from "../render.js";
import { button, status } from "../parts.js";
import { duration } from "../format.js";
import "../elements/as-live-output.js";

/** What the step that runs now prints. `its` is {step, lines: LiveLines, now, wrap, follow, set({wrap, follow})}. */
export function livePanel({ step, lines, now, wrap, follow, set }) {
  const since = Date.parse(step.startedAt);
  return h("section", { class: "panel", key: "live", "aria-label": `Step ${step.sequence}`, "data-status": "running" },
    h("header", null, status("running", { size: "s" }), h("h2", { class: "clip", title: step.name }, step.name),
      h("span", { class: "sub wide nowrap" }, `step ${step.sequence}`),
      h("span", { class: "sub num nowrap" }, Number.isFinite(since) ? duration(now - since, { whole: true }) : ""),
      h("span", { class: "push line" },
        button("Follow", () => set({ follow: !follow }), { kind: "small ghost", "aria-pressed": String(follow), key: "f" }),
        button("Wrap", () => set({ wrap: !wrap }), { kind: "small ghost wide", "aria-pressed": String(wrap), key: "w" }))),
    h("as-live-output", { ".model": { lines, wrap, follow, paused: (isPaused) => set({ follow: !isPaused }) } }));
}
