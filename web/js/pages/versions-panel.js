import { h } from "../render.js";
import { because, button, time } from "../parts.js";
import { openDialog } from "../elements/as-dialog.js";
import "../elements/as-diff.js";

/** The versions of a definition, newest first; each is compared with the one before it or with the present one. */
export const versionsPanel = (versions, its) => h("section", { class: "panel", "aria-label": "Versions" },
  h("header", null, h("h2", { class: "grow" }, "Versions"), h("span", { class: "sub num" }, versions.length)),
  h("ol", { class: "rows casebox versions" }, versions.map((one, at) => h("li", { key: one.version, class: "item mid" },
    h("b", { class: "num" }, `v${one.version}`), h("span", { class: "grow small dim" }, time(one.updatedAt)),
    at === 0 && h("span", { class: "tag" }, "in force"),
    versions.length > 1 && button("Compare", () => compareVersions(versions, one, its),
      { kind: "ghost small", "aria-label": `Compare version ${one.version}` })))));

/** Shows what differs between two versions that can be chosen, and puts the older one in force again. */
function compareVersions(versions, chosen, { noun, bare, current, restore }) {
  const at = versions.indexOf(chosen);
  // The one in force is compared with what was before it, an old one with what is in force.
  let [before, after] = at === 0 ? [versions[1], versions[0]] : [chosen, versions[0]];
  const text = (version) => JSON.stringify(bare(version), null, 2);
  const isOld = () => before.version !== current.version;
  openDialog({
    title: `Versions of this ${noun}`, wide: true, explain: because,
    submitLabel: restore ? "Put the older one in force" : null,
    draw: (dialog) => [
      h("div", { class: "pair" },
        pick("Older", versions, before, (version) => { before = version; dialog.redraw(); }),
        pick("Newer", versions, after, (version) => { after = version; dialog.redraw(); })),
      h("as-diff", { ".model": { before: text(before), after: text(after), label: `Version ${before.version} and ${after.version}` } }),
      restore && isOld() && h("p", { class: "small dim" },
        `Version ${before.version} would hold again, as a new version. Runs that go on keep what they started with.`),
    ],
    submit: restore && (async () => {
      if (!isOld()) throw new Error(`Version ${before.version} is in force.`);
      await restore(before);
    }),
  });
}

const pick = (label, versions, chosen, set) => h("label", { class: "grow" }, h("span", { class: "lab" }, label),
  h("span", { class: "field tall" }, h("select", { name: label.toLowerCase(),
    onchange: (event) => set(versions.find((one) => String(one.version) === event.target.value)) },
    versions.map((one) => h("option", { key: one.version, value: one.version, selected: one === chosen }, `Version ${one.version}`)))));
