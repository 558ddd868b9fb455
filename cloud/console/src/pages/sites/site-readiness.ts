/** What a site needs before it sells, in the order in which an installer meets it. Pure. */
import type { Site, SiteLink } from "../../data/fleet/sites.ts";

/** `done`; `todo`: a person must do something; `waiting`: it follows from an earlier step. */
export type StepState = "done" | "todo" | "waiting";
export interface Step {
  readonly name: "link" | "clock" | "disk" | "feed" | "router";
  readonly state: StepState;
  /** Which sentence says what to do: `ready_<name>_<advice>`. */
  readonly advice: string;
}

/**
 * `link`: the agent has reached the hub. `clock`: it knows the time. `disk`: it can write. `feed`: it has the plans and vouchers.
 * `router`: the router has asked for a log-in or reported use, so RADIUS works from end to end.
 */
export function siteSteps(site: Pick<Site, "state" | "lastRecordAtMs">, link: SiteLink): readonly Step[] {
  const isUp = site.state === "online" || site.state === "error";
  const after = (state: StepState): StepState => (isUp ? state : "waiting");
  const behind = link.feed.reduce((sum, scope) => sum + scope.behind, 0);
  return [
    { name: "link", state: isUp ? "done" : "todo", advice: site.state },
    link.clockQuality === "unknown"
      ? { name: "clock", state: after("todo"), advice: "unknown" }
      : { name: "clock", state: after("done"), advice: "known" },
    link.disk === "refuses"
      ? { name: "disk", state: after("todo"), advice: "refuses" }
      : { name: "disk", state: after("done"), advice: "ok" },
    behind > 0
      ? { name: "feed", state: "waiting", advice: "behind" }
      : { name: "feed", state: after("done"), advice: "taken" },
    site.state === "error"
      ? { name: "router", state: "todo", advice: "refuses" }
      : site.lastRecordAtMs === null
        ? { name: "router", state: after("todo"), advice: "silent" }
        : { name: "router", state: after("done"), advice: "heard" },
  ];
}

/** What the page says of all steps together. */
export type Readiness =
  | { readonly kind: "ready" }
  /** It has not sold yet: all steps are shown, and so many are left. */
  | { readonly kind: "new"; readonly left: number }
  /** It has sold, and something is in the way: what follows from that is no work of its own. */
  | { readonly kind: "trouble"; readonly steps: readonly Step[] };

/** A site that has sold is not set up anew because its link is away or a plan was changed. */
export function readinessOf({ lastRecordAtMs }: Pick<Site, "lastRecordAtMs">, steps: readonly Step[]): Readiness {
  const left = steps.filter(({ state }) => state !== "done");
  if (left.length === 0) return { kind: "ready" };
  if (lastRecordAtMs === null) return { kind: "new", left: left.length };
  const todo = left.filter(({ state }) => state === "todo");
  return todo.length === 0 ? { kind: "ready" } : { kind: "trouble", steps: todo };
}
