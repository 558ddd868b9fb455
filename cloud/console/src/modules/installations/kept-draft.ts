/** What was typed into a form is kept in this tab until it was sent: a technician's browser is often closed by the phone itself. */

const keyOf = (name: string): string => `draft/${name}`;

export function readDraft(name: string): Readonly<Record<string, string>> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(name)) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** Of the field that was typed into. Passwords are not kept. */
export function keepDraft(name: string, event: Event): void {
  const [field] = event.composedPath();
  const isKept =
    (field instanceof HTMLInputElement && !["password", "file", "checkbox"].includes(field.type)) ||
    field instanceof HTMLSelectElement ||
    field instanceof HTMLTextAreaElement;
  if (!isKept || field.name === "") return;
  try {
    sessionStorage.setItem(keyOf(name), JSON.stringify({ ...readDraft(name), [field.name]: field.value }));
  } catch {
    // A full or forbidden store keeps nothing: the form itself still does.
  }
}

export function dropDraft(name: string): void {
  sessionStorage.removeItem(keyOf(name));
}
