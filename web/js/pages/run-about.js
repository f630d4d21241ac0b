import { get, path } from "../api.js";
import { openDialog } from "../elements/as-dialog.js";
import { h } from "../render.js";
import { because, status, time } from "../parts.js";
import { inWords, SETTINGS, sourceWord } from "../setting-words.js";
import { word } from "../words.js";

/** What happened to an execution, who did it and why; and what held for it, and who said so. */
export async function openAbout(execution) {
  let history = null; let settings = {}; let problem = null;
  const dialog = openDialog({ title: `What happened to ${execution.name}`, wide: true,
    draw: () => (problem ? h("p", { role: "alert" }, because(problem))
      : history ? [happened(history), held(settings)] : h("p", { class: "dim late" }, "Loading")) });
  try {
    const [told, whole] = await Promise.all([get(path`/executions/${execution.id}/history`), get(path`/executions/${execution.id}`)]);
    history = told.data.items;
    settings = whole.data.settings ?? {};
  } catch (error) {
    problem = error;
  }
  dialog.redraw();
}

function happened(facts) {
  return h("table", { class: "things about", key: "happened" },
    h("caption", { class: "sr" }, "What happened"),
    h("thead", null, h("tr", null, ["When", "What", "Who", "Why"].map((head) => h("th", { key: head, scope: "col" }, head)))),
    h("tbody", null, facts.map(({ seq, at, type, to, by, why }) => h("tr", { key: seq },
      h("td", { class: "num nowrap" }, time(at)),
      h("th", { scope: "row" }, h("span", { class: "line" }, to && status(to, { size: "s", label: false }), said(type, to))),
      h("td", { class: "breakable" }, by?.name ?? by ?? ""),
      h("td", { class: "breakable" }, ORDINARY.includes(why) ? "" : why ?? "")))));
}

/** Why things go on as they should. */
const ORDINARY = ["started", "concluded"];
const SAID = { "execution.cancelRequested": "Cancel asked for", "execution.deadLettered": "Given up", "execution.imported": "Cases came in" };
const said = (type, to) => SAID[type] ?? (to ? word(to) : type.split(".")[1]);

function held(settings) {
  const known = Object.entries(settings).filter(([name]) => SETTINGS[name]);
  return known.length > 0 && h("section", { key: "held", "aria-label": "What held" }, h("h3", null, "What held"),
    h("dl", { class: "facts wide" }, known.map(([name, { value, from }]) => [
      h("dt", { key: `t${name}` }, SETTINGS[name].label),
      h("dd", { key: `d${name}` }, inWords(name, value), h("span", { class: "faint" }, ` ${sourceWord(from)}`))])));
}
