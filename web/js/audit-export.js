import { link, Problem } from "./api.js";

/** Takes the whole log away that `filter` lets through, part by part, as one file; `told(lines)` hears how far it is. */
export async function takeAudit(format, filter, told, signal) {
  const parts = [];
  let cursor = null; let lines = 0;
  do {
    const answer = await fetch(link("/audit/export", { ...filter, format, cursor }), { credentials: "same-origin", signal });
    if (!answer.ok) throw new Problem({ status: answer.status, ...await answer.json().catch(() => ({})) });
    const text = await answer.text();
    parts.push(text);
    lines += text.split("\n").length - 1;
    told(lines);
    cursor = answer.headers.get("Assay-Next-Cursor");
  } while (cursor);
  save(new Blob(parts, { type: format === "csv" ? "text/csv" : "application/x-ndjson" }), `audit.${format}`);
}

/** Hands a file to the browser's downloads. */
function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const anchor = Object.assign(document.createElement("a"), { href: address, download: name });
  anchor.click();
  URL.revokeObjectURL(address);
}
