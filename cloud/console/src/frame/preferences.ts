/** What the user chose in this browser. Without storage the choice lasts as long as the page. */
/** How close rows and fields stand. */
export type Density = "comfortable" | "compact";
type Preference = "theme" | "locale" | "density" | "paper";

const chosen = new Map<string, string>();

export function preference(name: Preference, otherwise: string): string {
  try {
    return chosen.get(name) ?? localStorage.getItem(`karibu-${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function keepPreference(name: Preference, value: string): void {
  chosen.set(name, value);
  try {
    localStorage.setItem(`karibu-${name}`, value);
  } catch {
    // kept for this page only
  }
}

export function applyDensity(density: Density): void {
  document.documentElement.dataset.density = density;
}
