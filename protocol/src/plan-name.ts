/** The names of the standard plans, which every new provider has. Names that a provider has written are in their own language. */
const standard = /^(?:(\d+)GB|UNLIMITED)-(DAILY|WEEKLY|MONTHLY)$/;
const swahili: Readonly<Record<string, string>> = { DAILY: "kwa siku", WEEKLY: "kwa wiki", MONTHLY: "kwa mwezi" };

/**
 * `1GB-DAILY` is how operators file it; `1 GB Daily` is how people read it, `GB 1 kwa siku` in Swahili (`sw`, `sw-KE`). Names in mixed
 * case are left as they are.
 */
export function displayName(name: string, language = "en"): string {
  const ours = language.startsWith("sw") ? standard.exec(name) : null;
  if (ours !== null) return `${ours[1] === undefined ? "Bila kikomo" : `GB ${ours[1]}`} ${swahili[ours[2] ?? ""]}`;
  if (name !== name.toUpperCase() || !/[A-Z]{3}/.test(name)) return name;
  return name
    .split(/[-_\s]+/)
    .map((word) =>
      /^[A-Z]{3,}$/.test(word)
        ? word.charAt(0) + word.slice(1).toLowerCase()
        : word.replace(/^(\d+)([A-Z]+)$/, "$1 $2"),
    )
    .join(" ");
}
