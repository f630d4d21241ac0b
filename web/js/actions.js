import { create, path, post } from "./api.js";
import { h } from "./render.js";
import { because } from "./parts.js";
import { go, to } from "./router.js";
import { openDialog } from "./elements/as-dialog.js";
import { toast } from "./elements/as-toast.js";

/** The things people do to executions, with the questions they need. */

/** Asks why, then cancels; Enter skips the reason. */
export function askCancel(execution, name) {
  let reason = "";
  openDialog({
    title: `Cancel ${name}`,
    submitLabel: "Cancel it",
    danger: true,
    explain: because,
    draw: () => [
      h("p", null, execution.kind === "suite" ? "Cases that run get 15 s to stop; waiting ones do not start."
        : "A running case gets 15 s to stop."),
      h("label", null, h("span", { class: "lab" }, "Reason, if there is one"),
        h("span", { class: "field tall" },
          h("input", { type: "text", name: "reason", autofocus: true, maxlength: "500", autocomplete: "off",
          oninput: (event) => { reason = event.target.value.trim(); } }))),
    ],
    submit: () => post(path`/executions/${execution.id}/cancellation`, reason ? { reason } : {}),
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
export async function copyLink(href = location.href) {
  const text = new URL(href, location.href).href;
  try {
    await navigator.clipboard.writeText(text);
    toast("Link copied.");
  } catch {
    // Without a secure origin the clipboard is closed; the address can still be taken by hand.
    openDialog({ title: "Copy this link", draw: () => [h("span", { class: "field tall" },
      h("input", { type: "text", readonly: true, value: text, autofocus: true, "aria-label": "Link",
          onfocus: (event) => event.target.select() }))] });
  }
}
