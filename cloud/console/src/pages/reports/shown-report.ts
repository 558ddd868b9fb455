/** What a page leaves out of a report of the hub. Pure. */
import type { Chart } from "@karibu/protocol/charts/draw-chart";
import type { Figure } from "@karibu/protocol/charts/figure-text";

/** Who sells now and then would read a month of nothing on a phone: a row without a figure other than nought is left out of one's own sales. */
export const hasFigures = (cells: readonly Figure[]): boolean =>
  cells.some((cell) => typeof cell === "number" && cell !== 0);

/** An axis above which nothing stands says nothing. */
export const hasValues = ({ series }: Chart): boolean =>
  series.some(({ values }) => values.some((value) => value !== null && value !== 0));
