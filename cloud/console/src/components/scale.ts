/** Figures whose halves are plain too. */
const steps = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/** The least step times a power of ten that is not below it. */
export function roundAbove(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return (steps.find((times) => times * power >= most) ?? 10) * power;
}
