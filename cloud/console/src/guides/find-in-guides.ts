/** What of the guides has the typed words. Pure. */
import type { Guide, GuideSection } from "./guide-shape.ts";

export interface FoundSection {
  readonly guide: Guide;
  readonly section: GuideSection;
}

/** Titles first, then texts; each section once. Without words: nothing. */
export function findInGuides(guides: readonly Guide[], text: string): readonly FoundSection[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const all = guides.flatMap((guide) => guide.sections.map((section) => ({ guide, section })));
  const has = (within: string) => words.every((word) => within.toLowerCase().includes(word));
  const byTitle = all.filter(({ guide, section }) => has(`${guide.title} ${section.title}`));
  const byText = all.filter((one) => !byTitle.includes(one) && has(`${one.section.title} ${one.section.text}`));
  return [...byTitle, ...byText];
}

/** The address of a section. */
export const sectionHref = (guide: string, section: string): string => `#/guides/${guide}/${section}`;
