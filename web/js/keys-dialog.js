import { h } from "./render.js";
import { listKeys, setSingleKeys, singleKeysOn } from "./keys.js";
import { openDialog } from "./elements/as-dialog.js";

/** Keys as they stand on the keyboard. */
const SHOWN = { ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc", N: "Shift n", R: "Shift r" };

/** Opens the list of keys of the page on screen. */
export function openKeys() {
  if (document.querySelector("as-dialog")) return;
  const { page, everywhere } = listKeys();
  openDialog({
    title: "Keys",
    wide: true,
    draw: (dialog) => [
      page.length > 0 && group("This page", page),
      group("Everywhere", everywhere),
      h("label", { class: "line" }, h("input", { type: "checkbox", checked: singleKeysOn(),
        onchange: (event) => { setSingleKeys(event.target.checked); dialog.redraw(); } }), "Single keys are on"),
    ],
  });
}

function group(title, keys) {
  return h("section", { "aria-label": title }, h("h3", null, title),
    h("dl", { class: "keys small" }, keys.filter((one) => one.says).map((one) => h("div", { key: one.keys },
      h("dt", null, (one.shown ?? one.keys).split(" or ").flatMap((combination, at) => [
          at > 0 && (one.shown ? " to " : " or "),
          combination.split(" ").map((key) => h("kbd", { key }, SHOWN[key] ?? key))])),
      h("dd", null, one.says)))));
}
