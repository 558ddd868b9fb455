/** What may be ordered of routers by whom, how fast, and what an answer or its absence means. Pure. */
import type { Fault } from "@karibu/protocol/fault";
import type { RouterAction, RouterActionKind } from "@karibu/protocol/router/router-actions";
import { isAhead } from "../../ground/db/hub-clock.ts";
import type { Permission } from "../../ground/http/permissions.ts";

const needed: Readonly<Record<RouterActionKind, Permission>> = {
  reboot: "routers.restart",
  "set-identity": "routers.network",
  "repair-drift": "routers.network",
  "upgrade-router": "routers.network",
  "set-interface": "routers.network",
  "switch-service": "routers.network",
  "add-hotspot-user": "routers.manage",
  "set-hotspot-user": "routers.manage",
  "remove-hotspot-user": "routers.manage",
  "reset-hotspot-user-counters": "routers.manage",
  "add-user-profile": "routers.manage",
  "set-user-profile": "routers.manage",
  "remove-user-profile": "routers.manage",
  "remove-host": "routers.manage",
  "remove-cookie": "routers.manage",
  "add-ip-binding": "routers.manage",
  "remove-ip-binding": "routers.manage",
  "add-walled-garden-host": "routers.manage",
  "remove-walled-garden-host": "routers.manage",
  "add-walled-garden-address": "routers.manage",
  "remove-walled-garden-address": "routers.manage",
  "make-lease-static": "routers.manage",
  "set-lease": "routers.manage",
  "remove-lease": "routers.manage",
  "remove-ppp-session": "routers.manage",
  "remove-wifi-client": "routers.manage",
  // Each of its settings needs the same.
  "import-settings": "routers.manage",
};

export function permissionFor(kind: RouterActionKind): Permission {
  return needed[kind] ?? "routers.network";
}

/** A row's id means nothing at another router. */
export function fitsManyRouters(action: RouterAction): boolean {
  return action.kind === "import-settings" ? action.settings.every(fitsManyRouters) : !("id" in action);
}

/** An action as it is kept: its password lies sealed beside it until there is an outcome. */
export type StoredAction = Readonly<Record<string, unknown>> & { readonly kind: RouterActionKind };

export function withoutPassword(action: RouterAction): { stored: StoredAction; password: string | null } {
  if (!("password" in action) || action.password === undefined) return { stored: action, password: null };
  const { password, ...stored } = action;
  return { stored, password };
}

/** Orders that a router may get at once, and after that in a minute: together never more than a hundred in any minute. */
const burst = 20;
const perMinute = 80;
const milli = 1000;

export interface Budget {
  readonly milli: number;
  readonly atMs: number;
}

export const fullBudget = (atMs: number): Budget => ({ milli: burst * milli, atMs });

/**
 * What is left after one more order; or from when on there is enough for one. A clock that went back gives nothing; but of a last order that lies further
 * ahead nobody knows how long ago it was, and the router waits no longer for that.
 */
export function spend(
  { milli: had, atMs }: Budget,
  nowMs: number,
): { readonly kind: "go"; readonly left: Budget } | { readonly kind: "later"; readonly atMs: number } {
  const grownMs = isAhead(atMs, nowMs) ? 60_000 : Math.max(0, nowMs - atMs);
  const has = Math.min(burst * milli, had + Math.floor((grownMs * perMinute * milli) / 60_000));
  if (has >= milli) return { kind: "go", left: { milli: has - milli, atMs: nowMs } };
  return { kind: "later", atMs: nowMs + Math.ceil(((milli - has) * 60_000) / (perMinute * milli)) };
}

export const repeatMsMax = 60_000;
/** How long an order waits that was sent so often without an answer: 2 s, 4 s… at most 1 min. */
export function repeatAfterMs(timesSent: number): number {
  return Math.min(repeatMsMax, 1000 * 2 ** Math.min(timesSent, 10));
}

/** The whole life of an order that was sent, after its expiry: then a person looks. */
export const unansweredMsMax = 24 * 3_600_000;

interface Answer {
  readonly state: "done" | "differs" | "refused" | "undone" | "expired" | "unknown";
  readonly why: string | null;
}

/** The router can't be reached, or has no room in this minute. */
const notBegun = new Set([
  "router-api/busy",
  "router-api/unreachable",
  "router-api/cut",
  "router-api/time-out",
  "router-api/log-in",
  "router-api/certificate",
]);

/** What a failed call says about its order. Null: nothing; it is sent again, and the agent does it once. */
export function answerOfFault({ code, message, advice }: Fault): Answer | null {
  if (code === "site/bad-answer") return { state: "unknown", why: message };
  if (code !== "site/refused") return null;
  if (notBegun.has(advice.hint ?? "")) return null;
  if (advice.hint === "link/failed") return { state: "unknown", why: null };
  return { state: "refused", why: message.replace(/^act-on-router: /, "") };
}

/** Sites of the next stage: first the few that were asked for, then each time twice as many as have had their turn. */
export function nextStage({ begun, first, total }: { begun: number; first: number; total: number }): number {
  const wanted = begun === 0 ? first : Math.min(100, begun * 2);
  return Math.min(wanted, total - begun);
}
