/** Where the values of a JSON text stand: JSON Pointer → line, counted from 1. The text must be JSON. */
export function placesOf(text) {
  const places = new Map();
  let at = 0;
  let line = 1;
  const step = () => { if (text[at] === "\n") line += 1; at += 1; };
  const blank = () => { while (/\s/.test(text[at] ?? "")) step(); };
  const string = () => {
    const from = at;
    step();
    while (text[at] !== "\"") { if (text[at] === "\\") step(); step(); }
    step();
    return JSON.parse(text.slice(from, at));
  };
  const value = (pointer) => {
    blank();
    if (!places.has(pointer)) places.set(pointer, line);
    if (text[at] === "{" || text[at] === "[") return within(pointer, text[at] === "{");
    if (text[at] === "\"") return string();
    while (at < text.length && !/[\s,\]}]/.test(text[at])) step();
  };
  const within = (pointer, isNamed) => {
    step();
    blank();
    for (let index = 0; text[at] !== "}" && text[at] !== "]"; index += 1) {
      const name = isNamed ? named(pointer) : index;
      value(`${pointer}/${name}`);
      blank();
      if (text[at] === ",") step();
      blank();
    }
    step();
  };
  // A member stands where its name does.
  const named = (pointer) => {
    const here = line;
    const name = string().replaceAll("~", "~0").replaceAll("/", "~1");
    places.set(`${pointer}/${name}`, here);
    blank();
    step();
    return name;
  };
  value("");
  return places;
}

/** The line of a pointer, or of the nearest that there is around it. */
export function lineOf(places, pointer) {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) if (places.has(at)) return places.get(at);
  return places.get("") ?? 1;
}

/** What a text says as JSON: {value}, or {fault, line} with a sentence. */
export function readJSON(text) {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const offset = /position (\d+)/.exec(error.message)?.[1];
    const line = offset ? text.slice(0, Number(offset)).split("\n").length
      : Number(/line (\d+)/.exec(error.message)?.[1] ?? text.split("\n").length);
    const words = error.message.replace(/^JSON\.parse: /, "").replace(/,? *(in JSON)? at (position|line).*$/s, "")
      .replace(/, \.{0,3}".*$/s, "");
    return { fault: `This is no JSON: ${words}.`, line };
  }
}
