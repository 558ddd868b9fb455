/** Holds a played month against what it must be. */
import type { Database } from "@karibu/cloud/ground/db/database";
import { countries, drawMonth } from "./draw-subscribers.ts";
import { expectMonth } from "./expect-month.ts";
import { playMonth } from "./play-month.ts";

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** @returns what is wrong, and how much of each thing there was to look at */
export async function checkMonth(
  database: Database,
  seed: number,
  count: number,
): Promise<{ readonly wrong: string[]; readonly seen: ReadonlyMap<string, number> }> {
  const plan = drawMonth(seed, count);
  const played = await playMonth(database, plan);
  const wrong: string[] = played.badPrompts.map((prompt) => `a prompt at a bad time: ${prompt}`);
  const seen = new Map<string, number>();
  const income = new Map(countries.map((country) => [country, 0]));
  for (const one of plan.subscribers) {
    const must = expectMonth(one, plan);
    const is = played.of.get(one.index);
    const who = `subscriber ${one.index} of ${one.country} (${JSON.stringify(one.every)})`;
    const [mustLines, isLines] = [must.lines.toSorted(), (is?.lines ?? []).toSorted()];
    for (const line of mustLines) {
      const what = line.split(" ")[1] ?? "";
      seen.set(what, (seen.get(what) ?? 0) + 1);
      if (!isLines.includes(line)) wrong.push(`${who}: missing ${line}`);
    }
    for (const line of isLines) if (!mustLines.includes(line)) wrong.push(`${who}: unexpected ${line}`);
    if (is?.creditCents !== must.creditCents) wrong.push(`${who}: credit ${is?.creditCents}, not ${must.creditCents}`);
    const [mustIn, isIn] = [joined(must.letIn), joined(is?.letIn ?? [])];
    if (!isAlike(mustIn, isIn)) wrong.push(`${who}: let in ${text(isIn)}, not ${text(mustIn)}`);
    income.set(one.country, (income.get(one.country) ?? 0) + must.chargedCents);
  }
  for (const country of countries)
    if (played.incomeCents.get(country) !== income.get(country))
      wrong.push(`${country}: income ${played.incomeCents.get(country)}, not ${income.get(country)}`);
  return { wrong, seen };
}

/** Neighbours without a gap are one. */
function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last !== undefined && last.untilMs >= span.fromMs)
      all[all.length - 1] = { fromMs: last.fromMs, untilMs: Math.max(last.untilMs, span.untilMs) };
    else all.push(span);
  }
  return all;
}

/** A site counts grace in whole seconds. */
const isAlike = (one: readonly Span[], other: readonly Span[]): boolean =>
  one.length === other.length &&
  one.every((span, index) => {
    const { fromMs, untilMs } = other[index] as Span;
    return span.fromMs === fromMs && span.untilMs - untilMs >= 0 && span.untilMs - untilMs < 1000;
  });

const text = (spans: readonly Span[]): string =>
  spans
    .map(({ fromMs, untilMs }) => `${new Date(fromMs).toISOString()}..${new Date(untilMs).toISOString()}`)
    .join(", ");
