/** The theme: "system", "light" or "dark"; kept in this browser. */
const KEY = "assay.theme";

export const theme = () => localStorage.getItem(KEY) ?? "system";

/** Changes the theme at once and remembers it. */
export function setTheme(next) {
  if (next === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, next);
  applyTheme();
}

/** Puts the chosen theme on the page. */
export function applyTheme() {
  if (theme() === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme();
}

/** Whether the page is dark right now. */
export function isDark() {
  return theme() === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : theme() === "dark";
}
