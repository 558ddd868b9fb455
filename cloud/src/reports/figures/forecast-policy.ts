/**
 * What the next days will bring, judged by what the last ones brought. Pure. A plain method, whose error is measured and shown: the mean of the
 * last weeks, newer days weighing more, times what each weekday usually has of it (by medians).
 *
 * Back-test: the method is asked on earlier days, knowing only what was before them, and held against what came.
 */

const weekDays = 7;
const weeksLearned = 8;
/** How much of the level is the newest day. */
const newest = 0.08;
export const daysNeeded = 5 * weekDays;
const testsMax = 8;

export interface Forecast {
  readonly values: readonly number[];
  /** Four of five days are expected between them. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Thousandths by which the sum of `testDays` was off in the mean. Null: nothing to hold it against came in. */
  readonly errorPermille: number | null;
  readonly testDays: number;
  readonly tests: number;
}

/**
 * @param history what whole days brought, oldest first, without a gap
 * @returns null: there are fewer than `daysNeeded` days
 */
export function forecast(history: readonly number[], days: number): Forecast | null {
  if (history.length < daysNeeded) return null;
  const values = predict(history, days);
  const { errors, errorPermille, testDays, tests } = backTest(history, days);
  const [below, above] = [quantile(errors, 0.1), quantile(errors, 0.9)];
  return {
    values,
    low: values.map((value) => Math.max(0, Math.round(value * (1 + Math.min(0, below))))),
    high: values.map((value) => Math.round(value * (1 + Math.max(0, above)))),
    errorPermille,
    testDays,
    tests,
  };
}

export function predict(history: readonly number[], days: number): number[] {
  // A day on which more was reversed than sold says nothing of what will be sold.
  const learned = history.slice(-weeksLearned * weekDays).map((value) => Math.max(0, value));
  const mean = meanOf(learned);
  if (mean === 0) return new Array<number>(days).fill(0);
  // The newest day has the last place, so places are counted from the end.
  const placeOf = (at: number, length: number) => (((length - 1 - at) % weekDays) + weekDays) % weekDays;
  const factors = factorsOf(
    Array.from({ length: weekDays }, (_, place) => learned.filter((_, at) => placeOf(at, learned.length) === place)),
  );
  let level = mean;
  for (const [at, value] of learned.entries()) {
    const factor = factors[placeOf(at, learned.length)] as number;
    if (factor > 0) level += newest * (value / factor - level);
  }
  return Array.from({ length: days }, (_, ahead) =>
    Math.max(0, Math.round(level * (factors[placeOf(learned.length + ahead, learned.length)] as number))),
  );
}

/**
 * What each weekday has of the mean. By medians, so that one wild Friday does not make all Fridays wild; where most days have no sale at all, by
 * means.
 */
function factorsOf(weekdays: readonly (readonly number[])[]): number[] {
  const medians = weekdays.map(median);
  const usual = medians.some((value) => value > 0) ? medians : weekdays.map(meanOf);
  const middle = meanOf(usual);
  return usual.map((value) => value / middle);
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function backTest(history: readonly number[], days: number) {
  const least = daysNeeded - weekDays;
  const testDays = Math.min(days, history.length - least);
  const errors: number[] = [];
  let [off, sold, tests] = [0, 0, 0];
  for (let from = history.length - testDays; from >= least && tests < testsMax; from -= weekDays) {
    const came = history.slice(from, from + testDays);
    const said = predict(history.slice(0, from), testDays);
    const [sumCame, sumSaid] = [came, said].map((list) => list.reduce((sum, value) => sum + value, 0));
    off += Math.abs((sumCame as number) - (sumSaid as number));
    sold += sumCame as number;
    for (const [at, value] of said.entries()) if (value > 0) errors.push(((came[at] as number) - value) / value);
    tests++;
  }
  return { errors, errorPermille: sold === 0 ? null : Math.round((off * 1000) / sold), testDays, tests };
}

/** The value below which this share of them lies; 0 where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const ordered = values.toSorted((one, other) => one - other);
  return ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))] ?? 0;
}

export interface Unusual {
  readonly at: number;
  readonly expected: number;
  readonly value: number;
}

/** Weeks before a day that it is held against, and how many of them there must be. */
export const weeksCompared = 8;
const weeksLeast = 4;
/** So many times the usual spread, and so much of what is usual: both, so that neither a calm nor a wild business gets an alarm a week. */
const spreads = 3.5;
const shareLeast = 0.25;

/**
 * Days that were far from the middle of the same weekday in the weeks before. The middle and its spread are medians, so that one wild week does
 * not hide the next.
 * @param fromAt days before it are only compared with
 */
export function unusualDays(history: readonly number[], fromAt: number): Unusual[] {
  const found: Unusual[] = [];
  for (let at = Math.max(0, fromAt); at < history.length; at++) {
    const before: number[] = [];
    for (let week = 1; week <= weeksCompared; week++) {
      const value = history[at - week * weekDays];
      if (value !== undefined) before.push(value);
    }
    if (before.length < weeksLeast) continue;
    const expected = median(before);
    const spread = 1.4826 * median(before.map((value) => Math.abs(value - expected)));
    const value = history[at] as number;
    const off = Math.abs(value - expected);
    if (off > spreads * spread && off > shareLeast * expected && off > 0) found.push({ at, expected, value });
  }
  return found;
}

function median(values: readonly number[]): number {
  const ordered = values.toSorted((one, other) => one - other);
  const half = ordered.length / 2;
  if (ordered.length % 2 === 1) return ordered[Math.floor(half)] as number;
  return ((ordered[half - 1] as number) + (ordered[half] as number)) / 2;
}
