/** A name for a page that anybody with the link can open: `Asha Wanjiku` is `A… W…`. Pure. */

const wordsMax = 3;

export const maskedName = (name: string): string =>
  name
    .trim()
    .split(/\s+/)
    .slice(0, wordsMax)
    .map((word) => `${[...word][0] ?? ""}…`)
    .join(" ");
