import type { Guide } from "../guides/guide-shape.ts";
import { type Locale, locale } from "../strings/strings.ts";

const loads: Readonly<Record<Locale, () => Promise<{ readonly guides: readonly Guide[] }>>> = {
  en: () => import("../guides/en.ts"),
  sw: () => import("../guides/sw.ts"),
};

/** The guides in the chosen language, fetched when they are first wanted. */
export async function readGuides(): Promise<readonly Guide[]> {
  return (await loads[locale()]()).guides;
}
