/**
 * What the status page says of each part of the hub, from figures over all providers. Pure.
 *
 * Where fewer than three providers stand behind a figure it says nothing: "payments are down" on a hub of one provider would tell everybody
 * about that provider's keys.
 */

const publicParts = ["hub", "payments", "sms", "links"] as const;
export type PublicPart = (typeof publicParts)[number];
export type PublicState = "up" | "slow" | "down" | "unknown";

/** So many of a kind, and so many of them that do not do what they should. */
export interface Share {
  readonly providers: number;
  readonly all: number;
  readonly failing: number;
}

export interface PublicFacts {
  readonly databaseMs: number;
  /** How long the oldest job that is due has waited; null: none waits. */
  readonly oldestJobMs: number | null;
  /** Payment channels in use, and those whose keys are refused, that fail customers, or that are not asked for a while. */
  readonly channels: Share;
  /** Text messages of the last hour that a gateway has decided. */
  readonly messages: Share;
  /** Sites that have ever come. Many are away at any time: a generator stops, a shop closes. */
  readonly sites: Share;
}

const providersMin = 3;
const databaseMsMax = 250;
const oldestJobMsMax = 10 * 60_000;

/** From which share on a part is slow, and from which on it is down; and how many there must be to tell. */
const limits = {
  payments: { slow: 0.1, down: 0.6, least: 3 },
  sms: { slow: 0.2, down: 0.7, least: 10 },
  links: { slow: 0.5, down: 0.9, least: 4 },
} as const;

export function judgePublicParts(facts: PublicFacts): Record<PublicPart, PublicState> {
  const isLate = facts.oldestJobMs !== null && facts.oldestJobMs > oldestJobMsMax;
  return {
    hub: isLate || facts.databaseMs > databaseMsMax ? "slow" : "up",
    payments: judgeShare(facts.channels, limits.payments),
    sms: judgeShare(facts.messages, limits.sms),
    links: judgeShare(facts.sites, limits.links),
  };
}

function judgeShare(
  { providers, all, failing }: Share,
  limit: { readonly slow: number; readonly down: number; readonly least: number },
): PublicState {
  if (providers < providersMin || all < limit.least) return "unknown";
  const share = failing / all;
  return share >= limit.down ? "down" : share > limit.slow ? "slow" : "up";
}

export interface Standing {
  readonly part: PublicPart;
  readonly state: PublicState;
  readonly sinceMs: number;
  readonly judgedAtMs: number;
}

/** A judgement older than this says nothing of now: whatever judges each minute has stopped. */
const judgedMsMax = 10 * 60_000;

/** What is shown of what was judged last. What was never judged, or long ago, is not known. */
export function shownStandings(stored: readonly Standing[], nowMs: number): readonly Standing[] {
  return publicParts.map((part) => {
    const found = stored.find((one) => one.part === part);
    if (found !== undefined && nowMs - found.judgedAtMs <= judgedMsMax) return found;
    const sinceMs = found?.judgedAtMs ?? nowMs;
    return { part, state: "unknown", sinceMs, judgedAtMs: sinceMs };
  });
}
