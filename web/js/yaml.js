/** Writes JSON values as YAML that people like to read, and that reads back as the same values. */
export function yaml(value) {
  return isScalar(value) ? `${scalar(value, "")}\n` : `${block(value, "")}\n`;
}

/** A list or an object, one entry a line, every line after `indent`. */
function block(value, indent) {
  const lines = Array.isArray(value) ? value.map((one) => entry("-", one, indent))
    : Object.entries(value).filter(([, one]) => one !== undefined).map(([name, one]) => entry(`${text(name)}:`, one, indent));
  return lines.join("\n");
}

function entry(head, value, indent) {
  const deeper = `${indent}  `;
  if (isScalar(value)) return `${indent}${head} ${scalar(value, deeper)}`;
  const inside = block(value, deeper);
  // The first member of an object stands beside its dash.
  return head === "-" ? `${indent}- ${inside.slice(deeper.length)}` : `${indent}${head}\n${inside}`;
}

const isScalar = (value) => typeof value !== "object" || value === null || Object.keys(value).length === 0;

function scalar(value, indent) {
  if (typeof value === "string") return isBlock(value) ? literal(value, indent) : text(value);
  return JSON.stringify(value);
}

/** Words that mean something else than themselves without quotes. */
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i;
const PLAIN = /^[A-Za-z_/][A-Za-z0-9_./ -]*$/;

function text(value) {
  if (PLAIN.test(value) && !value.endsWith(" ") && !WORDS.test(value)) return value;
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Several lines that lose nothing when they stand as they are. */
const isBlock = (value) => /[^\n]\n+[^\n]/.test(value) && !/^[\s]|[ \t]\n|[ \t]$|\n\n$/.test(value)
  && !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\t]/.test(value);

function literal(value, indent) {
  const isEnded = value.endsWith("\n");
  const lines = (isEnded ? value.slice(0, -1) : value).split("\n");
  return `|${isEnded ? "" : "-"}\n${lines.map((line) => (line === "" ? "" : indent + line)).join("\n")}`;
}
