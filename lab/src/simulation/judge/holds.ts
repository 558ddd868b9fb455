/** Rights that nobody is to use for now: since when that may be so, or is for certain, until when, and what calendar time staff gave back for it. */

import type { Fact, FactOf } from "./chronicle.ts";
import { factsOf, type History, type RightHistory } from "./history.ts";
import { ordersHeard, toldByMs } from "./orders.ts";

export interface Hold {
  /** `office`: its customer is switched off; `off`: it is switched off itself, for good. */
  readonly by: FactOf<"held">["by"] | "office" | "off";
  /** It may hold from then on. */
  readonly fromMs: number;
  /** From then on it holds for certain: by the word of whoever was asked for it, and (`sureMs`) at the site. Infinity: nobody lived to say so. */
  readonly sureFromMs: number;
  readonly sureMs: number;
  /** It may be over from then on, and is at the site for certain from `overMs` on. */
  readonly toMs: number;
  readonly overMs: number;
}

export function holdsOf(history: History, rightId: string): Hold[] {
  const { facts } = history.chronicle;
  const own = stepsOf(facts, rightId);
  if (own.length === 0) return [];
  const heard = ordersHeard(facts);
  const known = (by: Hold["by"], doneMs: number) => (by === "holder" ? doneMs : toldByMs(history, doneMs));
  return own.flatMap(({ act, by, isHeld, atMs }, at): Hold[] => {
    const doneMs = heard.get(act);
    if (!isHeld || doneMs === null) return [];
    const later = own.slice(at).filter((each) => each.by === by && !each.isHeld && heard.get(each.act) !== null);
    const over = later.flatMap((each) => heard.get(each.act) ?? []);
    return [
      {
        by,
        fromMs: atMs,
        sureFromMs: doneMs ?? Number.POSITIVE_INFINITY,
        sureMs: doneMs === undefined ? Number.POSITIVE_INFINITY : known(by, doneMs),
        toMs: later[0]?.atMs ?? Number.POSITIVE_INFINITY,
        overMs: over[0] === undefined ? Number.POSITIVE_INFINITY : known(by, over[0]),
      },
    ];
  });
}

interface Step {
  readonly act: number;
  readonly by: Hold["by"];
  readonly isHeld: boolean;
  readonly atMs: number;
}

/** Of each who may, in the order of time. */
function stepsOf(facts: readonly Fact[], rightId: string): Step[] {
  const { customer } = factsOf(facts, "bought").find((each) => each.rightId === rightId) ?? {};
  return [
    ...factsOf(facts, "held").filter((each) => each.rightId === rightId),
    ...factsOf(facts, "customer-stepped")
      .filter((each) => each.customer === customer)
      .map(({ isOff, ...step }) => ({ ...step, by: "office" as const, isHeld: isOff })),
    ...factsOf(facts, "taken-back").flatMap(({ act, atMs, ...each }) =>
      act === undefined || each.rightId !== rightId ? [] : [{ act, atMs, by: "off" as const, isHeld: true }],
    ),
  ];
}

/** Somebody may have paused it by then, and nobody surely let it go on. */
export const mayBeHeld = (history: History, { right }: RightHistory, atMs: number, by?: Hold["by"]): boolean =>
  holdsOf(history, right.rightId).some(
    (each) => (by === undefined || each.by === by) && each.fromMs <= atMs && atMs <= each.overMs,
  );

/** By the hub: it said that the right is on hold, and nobody has asked since then to let it go on. */
export const surelyHeld = (history: History, { right }: RightHistory, atMs: number, by: Hold["by"]): boolean =>
  holdsOf(history, right.rightId).some((each) => each.by === by && each.sureFromMs <= atMs && atMs < each.toMs);
