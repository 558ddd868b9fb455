import { frenchPlans, type PlanWords, swahiliPlans } from "./plan-words.ts";

/** The names of the standard plans, which every new provider has. Other names that a provider has written are in their own language. */
const standard = /^(?:(\d+)GB|UNLIMITED)-(DAILY|WEEKLY|MONTHLY)$/;
/** A name that says nothing but how long. */
const duration = /^(\d+) (minute|hour|day|week|month)s?$/i;

/** Where a language is added: its plan words are found here. */
const wordsOf: Readonly<Record<string, PlanWords>> = { sw: swahiliPlans, fr: frenchPlans };

/**
 * `1GB-DAILY` is how operators file it; `1 GB Daily` is how people read it, `GB 1 kwa siku` in Swahili (`sw`, `sw-KE`), where
 * `1 hour` is `Saa 1`, `1 Go par jour` in French. Names in mixed case are left as they are.
 */
export const displayName = (name: string, language = "en"): string =>
  nameInWords(name, wordsOf[language.slice(0, 2)] ?? null);

/** The same, in the words of any language; null: English. */
export function nameInWords(name: string, words: PlanWords | null): string {
  const ours = words && standard.exec(name);
  if (ours) return words.standard(ours[1] ?? null, ours[2] as "DAILY");
  const lasts = words && duration.exec(name);
  if (lasts) return words.duration(lasts[1] as string, lasts[2]?.toLowerCase() as "day");
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
