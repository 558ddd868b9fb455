/** What a user has arranged in this browser: columns that are hidden, views that are saved. Without storage it lasts as long as the page. */
const kept = new Map<string, unknown>();

export function remembered<Value>(name: string, otherwise: Value): Value {
  if (kept.has(name)) return kept.get(name) as Value;
  try {
    const text = localStorage.getItem(`karibu-${name}`);
    return text === null ? otherwise : (JSON.parse(text) as Value);
  } catch {
    return otherwise;
  }
}

export function remember(name: string, value: unknown): void {
  kept.set(name, value);
  try {
    localStorage.setItem(`karibu-${name}`, JSON.stringify(value));
  } catch {
    // kept for this page only
  }
}
