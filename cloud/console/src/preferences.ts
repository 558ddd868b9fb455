/** What the user chose in this browser. Without storage the choice lasts as long as the page. */
export type Theme = "auto" | "light" | "dark";

const chosen = new Map<string, string>();

export function preference(name: "theme" | "locale", otherwise: string): string {
  try {
    return chosen.get(name) ?? localStorage.getItem(`karibu-${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function keepPreference(name: "theme" | "locale", value: string): void {
  chosen.set(name, value);
  try {
    localStorage.setItem(`karibu-${name}`, value);
  } catch {
    // kept for this page only
  }
}
