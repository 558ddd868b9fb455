/** Round numbers whose halves are round too. */
const steps = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/** The smallest round number that is not below `most`. */
export function roundAbove(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return (steps.find((times) => times * power >= most) ?? 10) * power;
}

/** Of whole things: nobody is half a person, so the middle line is whole too. */
export const evenAbove = (most: number): number => Math.ceil(roundAbove(most) / 2) * 2;

/** Between two lines of a curve of whole things. */
export const wholeSteps: readonly number[] = Array.from({ length: 12 }, (_, power) =>
  [1, 2, 5].map((times) => times * 10 ** power),
).flat();
