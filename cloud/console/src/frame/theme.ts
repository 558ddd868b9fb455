/** Light or dark: as the user chose, or as the phone has it, also when that changes at dusk. */
export type Theme = "auto" | "light" | "dark";

const phoneIsDark = window.matchMedia("(prefers-color-scheme: dark)");
let chosen: Theme = "auto";
phoneIsDark.addEventListener("change", () => show());

export function applyTheme(theme: Theme): void {
  chosen = theme;
  show();
}

function show(): void {
  const phones = phoneIsDark.matches ? "dark" : "light";
  document.documentElement.dataset.theme = chosen === "auto" ? phones : chosen;
}
