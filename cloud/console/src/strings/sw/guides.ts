import type { enGuides } from "../en/guides.ts";

/** Around the guides, in Swahili. The guides themselves: `guides/sw`. */
export const swGuides: Record<keyof typeof enGuides, string> = {
  guides: "Miongozo",
  searchGuides: "Tafuta katika miongozo",
  guidesFound: "Mahali palipopatikana: {count}",
  guideToPage: "Mwongozo wa ukurasa huu",
};
