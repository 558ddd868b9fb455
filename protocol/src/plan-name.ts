/** The names of the standard plans, which every new provider has. Other names that a provider has written are in their own language. */
const standard = /^(?:(\d+)GB|UNLIMITED)-(DAILY|WEEKLY|MONTHLY)$/;
const swahili: Readonly<Record<string, string>> = { DAILY: "kwa siku", WEEKLY: "kwa wiki", MONTHLY: "kwa mwezi" };
/** A name that says nothing but how long. */
const duration = /^(\d+) (minute|hour|day|week|month)s?$/i;
const units: Readonly<Record<string, string>> = {
  minute: "Dakika",
  hour: "Saa",
  day: "Siku",
  week: "Wiki",
  month: "Miezi",
};

/**
 * `1GB-DAILY` is how operators file it; `1 GB Daily` is how people read it, `GB 1 kwa siku` in Swahili (`sw`, `sw-KE`), where
 * `1 hour` is `Saa 1`. Names in mixed case are left as they are.
 */
export function displayName(name: string, language = "en"): string {
  const isSwahili = language.startsWith("sw");
  const ours = isSwahili ? standard.exec(name) : null;
  if (ours !== null) return `${ours[1] === undefined ? "Bila kikomo" : `GB ${ours[1]}`} ${swahili[ours[2] ?? ""]}`;
  const [, count, unit = ""] = (isSwahili && duration.exec(name)) || [];
  if (count !== undefined)
    return `${count === "1" && /^mo/i.test(unit) ? "Mwezi" : units[unit.toLowerCase()]} ${count}`;
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
