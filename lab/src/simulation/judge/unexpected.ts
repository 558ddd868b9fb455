/**
 * NO-CRASH in the words of agent and hub: what they log as a warning or an error is what the bad luck of a story brings. Anything else is a fault of their
 * own that they noticed, and that nothing else may show.
 */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History, troublesBy } from "./history.ts";

/** What people, lines, routers, clocks and channels do. */
const ofOthers = {
  agent: new Set([
    ...["hub-away", "internet-down", "purchase-not-started", "doctor-found", "radius-bad-authenticator"],
    ...["router-log-in-failed", "router-api-unreachable", "router-list-unread"],
    ...["guessing", "guessing-at-site", "guessing-at-site-over", "seller-locked", "session-stays"],
    "claim-not-asked",
  ]),
  hub: new Set([
    "initiator-refused",
    "payment-given-back-twice",
    "site-disk-refuses",
    "device-waits",
    "request-refused",
  ]),
} as const;

export function* unexpected(history: History): Iterable<Violation> {
  for (const { atMs, who, level, event } of factsOf(history.chronicle.facts, "logged")) {
    if (ofOthers[who].has(event) || (who === "agent" && isFolderStruck(history))) continue;
    yield broken("NO-CRASH", atMs, `the ${who} logs as ${level}: ${event}`);
  }
}

/** Of a disk that failed, was damaged or changed, or that an agent died over, it may say anything. */
const isFolderStruck = (history: History): boolean =>
  troublesBy(history, "disk").length > 0 ||
  history.chronicle.facts.some(
    (fact) =>
      ["damaged", "stick-changed", "agent-beside"].includes(fact.kind) ||
      (fact.kind === "agent-down" && fact.how !== "stopped"),
  );
