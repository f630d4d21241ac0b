import { create, path, post } from "./api.js";
import { h } from "./render.js";
import { because, button } from "./parts.js";
import { go, to } from "./router.js";
import { draftOf } from "./drafts.js";
import { Form } from "./form.js";
import { openDialog } from "./elements/as-dialog.js";
import { toast } from "./elements/as-toast.js";
import "./elements/as-form.js";

/** The things people do to executions, with the questions they need. */

/** The field in which a question asks for a reason; what was typed is there when it is asked again. */
export function reasonField(question) {
  const keep = draftOf(question);
  let text = keep.read() ?? "";
  const typed = (event) => { text = event.target.value; keep.write(text); };
  return {
    /** For a request: {reason}, or nothing. */
    get body() { return text.trim() ? { reason: text.trim() } : {}; },
    drop: keep.drop,
    draw: () => h("label", { key: "reason" }, h("span", { class: "lab" }, "Reason, if there is one"),
      h("span", { class: "field tall" },
        h("input", { type: "text", name: "reason", autofocus: true, maxlength: "500", autocomplete: "off", value: text, oninput: typed }))),
  };
}

/** Asks why, then cancels; Enter skips the reason. */
export function askCancel(execution, name) {
  const reason = reasonField(`cancel ${execution.id}`);
  openDialog({
    title: `Cancel ${name}`,
    submitLabel: "Cancel it",
    danger: true,
    explain: because,
    draw: () => [
      h("p", null, execution.kind === "suite" ? "Cases that run get 15 s to stop; waiting ones do not start."
        : "A running case gets 15 s to stop."),
      reason.draw(),
    ],
    submit: async () => {
      await post(path`/executions/${execution.id}/cancellation`, reason.body);
      reason.drop();
    },
  });
}

/** Starts a run or case again, all of it or only what failed, and goes there. */
export async function retry(project, execution, { failedOnly = false } = {}) {
  try {
    const { data } = await create(path`/executions/${execution.id}/retry`, failedOnly ? { failedOnly } : {});
    started(project, data);
  } catch (problem) {
    refused("The retry could not be started", problem);
  }
}

/** Says that a run has started and opens it. */
export function started(project, execution) {
  if (!execution.number) return toast(`${execution.name} started.`);
  go(to`/p/${project}/runs/${execution.number}`);
  toast(`Run #${execution.number} of ${execution.name} started.`);
}

/** A refusal that stays until it is read. */
export function refused(title, problem) {
  openDialog({ title, draw: () => [h("p", null, because(problem))] });
}

/** Copies an address of this site. */
export const copyLink = (href = location.href) => copyText(new URL(href, location.href).href, "Link copied.");

/** Copies a text. Without a secure origin the clipboard is closed: then it is shown, or selected in `field`. */
export async function copyText(text, said, field = null) {
  try {
    await navigator.clipboard.writeText(text);
    return toast(said);
  } catch {
    if (field) { field.focus(); return toast("Press Ctrl C to copy."); }
    openDialog({ title: "Copy by hand", draw: () => [h("span", { class: "field tall" },
      h("input", { type: "text", readonly: true, value: text, autofocus: true, "aria-label": "Text to copy",
          onfocus: (event) => event.target.select() }))] });
  }
}

/** Lets the browser save a text as a file. */
export function download(name, text, type = "application/yaml") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * Asks before something that cannot be taken back: `says` are the sentences of what will happen. With `typed` the name
 * has to be typed first. `done` runs after it was done and the question is gone.
 */
export function askFirst({ title, says, label, run, typed = null, done = () => {} }) {
  let text = ""; let isDone = false;
  openDialog({
    closed: () => { if (isDone) done(); },
    title, submitLabel: label, danger: true, explain: because,
    draw: () => [
      ...[says].flat().map((sentence, at) => h("p", { key: at }, sentence)),
      typed && h("label", { key: "typed" }, h("span", { class: "lab" }, "Type ", h("b", { class: "breakable" }, typed), " to go on"),
        h("span", { class: "field tall" }, h("input", { type: "text", name: "typed", autofocus: true, autocomplete: "off",
          spellcheck: "false", oninput: (event) => { text = event.target.value.trim(); } }))),
    ],
    submit: async () => {
      if (typed && text !== typed) throw new Error(`This is not ${typed}.`);
      await run();
      isDone = true;
    },
  });
}

/**
 * Asks what a change needs, in a form whose faults stand at their fields; `submit(values)` does it, then the dialog closes.
 * What was typed is kept under `question`.
 */
export function askForm({ title, says, fields, label, submit, question }) {
  const form = new Form({ fields, submitLabel: label, doesSave: false, keep: draftOf(question),
    submit: async (values) => { await submit(values); dialog.close(); } });
  const dialog = openDialog({ title, draw: () => [says && h("p", null, says), h("as-form", { ".model": form })] });
  dialog.querySelector("input, textarea, select")?.focus();
}

/** Sends a message of a log once more, with all its tries: to a channel or a subscription. */
export async function sendAgain(address, done) {
  try {
    await post(address);
    toast("It is sent again.");
    done();
  } catch (problem) {
    refused("It could not be sent again", problem);
  }
}

/** Shows what is never shown again: rows of {label, value}, each with a button that copies it. */
export function showOnce({ title, says, rows }) {
  return new Promise((closed) => openDialog({
    title, wide: true, closed,
    draw: () => [h("p", null, says), rows.map((row) => copyRow(row))],
  }));
}

/** A value in full with a button that copies it. */
export const copyRow = ({ label, value }) => h("div", { key: label, class: "copyrow" },
  h("span", { class: "lab" }, label),
  h("span", { class: "line" },
    h("span", { class: "field grow tall" }, h("input", { type: "text", readonly: true, value, "aria-label": label, class: "mono",
      onfocus: (event) => event.target.select() })),
    button("Copy", (event) => copyText(value, `${label} copied.`,
      event.currentTarget.closest(".copyrow").querySelector("input")), { "aria-label": `Copy ${label}` })));
