/**
 * NO-CRASH in the words of agent and hub. An error in the log is a fault that they noticed themselves, and that nothing else may show; of what comes from
 * outside (lines, routers, channels, people) they warn.
 */
import type { FactOf, Violation } from "./chronicle.ts";
import { broken, factsOf, type History, troublesBy } from "./history.ts";

/** Errors that tell of what somebody else did: two payments of one receipt that differ, money that fits nothing. A person is to look. */
const ofOthers: ReadonlySet<string> = new Set(["receipt-amounts-differ", "inflow-set-aside"]);
/** Warnings that tell of work which nobody does again before the next look around. */
const givenUp: ReadonlySet<string> = new Set(["notices-lost"]);

export function* unexpected(history: History): Iterable<Violation> {
  for (const fact of factsOf(history.chronicle.facts, "logged")) {
    const { atMs, who, level, event } = fact;
    if (isFault(fact) && !(who === "agent" && isFolderStruck(history)))
      yield broken("NO-CRASH", atMs, `the ${who} logs as ${level}: ${event}`);
  }
}

const isFault = ({ level, event }: FactOf<"logged">): boolean =>
  level === "error" ? !ofOthers.has(event) : givenUp.has(event);

/** Of a disk that failed, was damaged or changed, or that an agent died over, it may say anything. */
const isFolderStruck = (history: History): boolean =>
  troublesBy(history, "disk").length > 0 ||
  history.chronicle.facts.some(
    (fact) =>
      ["damaged", "stick-changed", "agent-beside"].includes(fact.kind) ||
      (fact.kind === "agent-down" && fact.how !== "stopped"),
  );
