/** Percentiles of what was measured, in whole milliseconds or bytes. */

export const sorted = (times: readonly number[]): number[] => times.toSorted((one, other) => one - other);

/** @param inOrder ascending @returns what this share of them did not exceed; NaN: there are none */
export function share(inOrder: readonly number[], part: number): number {
  return Math.round(inOrder[Math.max(0, Math.ceil(inOrder.length * part) - 1)] ?? Number.NaN);
}
