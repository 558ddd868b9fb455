/** NO-THEFT where somebody guesses: who types a right code waits for others for a moment, and is locked out only for wrong tries of its own. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

/** Fewer wrong tries of its own lock no device. */
const ownTriesMin = 4;
/** Turns are given out by host, so a flood of made-up devices costs an honest one no more. */
const waitSecondsMax = 10;

export function toldToWait({ chronicle: { facts } }: History): Violation[] {
  const asked = new Map(factsOf(facts, "asked").map((fact) => [fact.ask, fact]));
  const wrongTries = new Map<number, number>();
  return facts.flatMap((fact): Violation[] => {
    if (fact.kind === "asked" && fact.what === "account" && fact.rightId === null) count(wrongTries, fact.phone);
    if (fact.kind !== "answered") return [];
    const { ask, code, atMs, waitSeconds = 0 } = fact;
    const { what, phone, rightId } = asked.get(ask) ?? {};
    if (what !== "code" || phone === undefined) return [];
    // Also a right code whose time is over may be a wrong try.
    if (code !== "ok" && code !== "guessing" && code !== "one-moment") count(wrongTries, phone);
    if (rightId === null) return [];
    const broken = (why: string): Violation[] => [{ invariant: "NO-THEFT", atMs, what: `phone ${phone} ${why}` }];
    const own = wrongTries.get(phone) ?? 0;
    if (code === "guessing" && own < ownTriesMin)
      return broken(`typed a right code, and was locked out after ${own} wrong tries of its own`);
    if (code === "one-moment" && waitSeconds > waitSecondsMax)
      return broken(`typed a right code, and is to wait ${waitSeconds} s because of others`);
    return [];
  });
}

const count = (tries: Map<number, number>, phone: number): void => void tries.set(phone, (tries.get(phone) ?? 0) + 1);
