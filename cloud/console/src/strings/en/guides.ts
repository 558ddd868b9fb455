/** Around the guides, in English. The guides themselves: `guides/en`. */
export const enGuides = {
  guides: "Guides",
  searchGuides: "Search the guides",
  guidesFound: "Places found: {count}",
  guideToPage: "Guide to this page",
};
