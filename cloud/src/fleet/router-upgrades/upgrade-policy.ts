/** What comes next for a router that gets a new RouterOS, and when the next ones begin. Pure. */

export const siteSteps = [
  "waiting",
  "backing-up",
  "ordered",
  "rebooting",
  "watching",
  "done",
  "failed",
  "left-out",
] as const;
export type SiteStep = (typeof siteSteps)[number];

export interface SiteFacts {
  readonly step: SiteStep;
  readonly sinceMs: number;
  /** The site has its link now. */
  readonly isLinked: boolean;
  /** What its router runs, by its agent's last word, and when that came; null: nothing was heard. */
  readonly routerOs: string | null;
  readonly toldAtMs: number | null;
  /** Findings by which it sells nothing. */
  readonly stops: number;
  readonly backUp: "none" | "waiting" | "done" | "failed";
  readonly order: { readonly state: string; readonly why: string | null } | null;
}

export interface PlanFacts {
  readonly version: string;
  readonly healthyMs: number;
}

export type NextStep =
  | { readonly kind: "stay" }
  | { readonly kind: "back-up" }
  | { readonly kind: "order" }
  | { readonly kind: "to"; readonly step: "rebooting" | "watching" | "done" }
  | { readonly kind: "fail"; readonly why: string };

/** A router that is upgraded is back within minutes; its agent needs some more to say so. */
const backMsMax = 45 * 60_000;
const backUpMsMax = 30 * 60_000;
/** A link that breaks for a moment is no failure. */
const awayMsMax = 10 * 60_000;

const stay: NextStep = { kind: "stay" };
const fail = (why: string): NextStep => ({ kind: "fail", why });

/** `awayMs`: how long it has been without its link; 0: it has it. */
export function nextStep(facts: SiteFacts, plan: PlanFacts, nowMs: number, awayMs: number): NextStep {
  const { step, sinceMs } = facts;
  const runsIt = runs(facts.routerOs, plan.version);
  switch (step) {
    case "waiting":
      if (runsIt) return { kind: "to", step: "done" };
      return facts.isLinked ? { kind: "back-up" } : stay;
    case "backing-up":
      if (facts.backUp === "failed" || facts.backUp === "none") return fail("back-up-failed");
      if (facts.backUp === "done") return { kind: "order" };
      return nowMs - sinceMs > backUpMsMax ? fail("back-up-failed") : stay;
    case "ordered":
      return ofOrder(facts.order);
    case "rebooting": {
      const isNews = facts.toldAtMs !== null && facts.toldAtMs >= sinceMs;
      if (facts.isLinked && isNews && runsIt) return { kind: "to", step: "watching" };
      if (nowMs - sinceMs <= backMsMax) return stay;
      return fail(facts.isLinked ? "old-version" : "not-back");
    }
    case "watching":
      if (facts.stops > 0) return fail("sells-nothing");
      if (awayMs > awayMsMax) return fail("went-away");
      if (!facts.isLinked) return stay;
      return nowMs - sinceMs >= plan.healthyMs ? { kind: "to", step: "done" } : stay;
    default:
      return stay;
  }
}

function ofOrder(order: SiteFacts["order"]): NextStep {
  if (order === null) return fail("order-lost");
  if (order.state === "waiting" || order.state === "sent") return stay;
  return order.state === "done" ? { kind: "to", step: "rebooting" } : fail(order.why ?? order.state);
}

/** `7.24.2 (stable)` runs 7.24.2. */
function runs(routerOs: string | null, version: string): boolean {
  return (routerOs ?? "").split(" ")[0] === version;
}

export const isOver = (step: SiteStep): boolean => step === "done" || step === "failed" || step === "left-out";

/** How many more sites begin: one first, then twice as many as have had their turn, and only when all before are over. */
export function sitesToBegin(steps: readonly SiteStep[], begun: number): number {
  if (!steps.slice(0, begun).every(isOver)) return 0;
  return Math.min(begun === 0 ? 1 : Math.min(50, begun * 2), steps.length - begun);
}

/** In minutes of the provider's day; a window may pass midnight. Null: at any time. */
export interface Window {
  readonly fromMinute: number;
  readonly untilMinute: number;
}

/** Milliseconds until it closes; 0: it is closed. Without a window there is a day. */
export function openForMs(window: Window | null, nowMs: number, utcOffsetMinutes: number): number {
  const dayMinutes = 24 * 60;
  if (window === null) return dayMinutes * 60_000;
  const minute = (((nowMs / 60_000 + utcOffsetMinutes) % dayMinutes) + dayMinutes) % dayMinutes;
  const { fromMinute, untilMinute } = window;
  const length = (untilMinute - fromMinute + dayMinutes) % dayMinutes || dayMinutes;
  const into = (minute - fromMinute + dayMinutes) % dayMinutes;
  return into < length ? (length - into) * 60_000 : 0;
}
