/** What a code is worth at a moment, by what was used of it at both sites. */
import type { Right } from "./chronicle.ts";
import { type History, msWithin, type Span, type TrueSession, touches } from "./history.ts";

/** From a question to the last word of whom it is asked. */
export const answerMs = 15_000;
/** Up to a report and its write, what is used may be forgotten when power or process go. */
export const forgottenSeconds = 130;
/** Between the router's second and the site's, and a look of the watch. */
export const slackSeconds = 10;

export interface Town {
  readonly sites: readonly History[];
  /** When a site's agent or router was not there: what it had not written is forgotten. */
  readonly deaths: readonly Span[];
  /** When anything may have been in the way, these among them. */
  readonly disturbed: readonly Span[];
  readonly bridge: { readonly seconds: number; readonly dataBytes: number };
}

export const sessionsAt = (history: History, rightId: string): readonly TrueSession[] =>
  history.rights.get(rightId)?.sessions ?? [];
export const sessionsOf = ({ sites }: Town, rightId: string): TrueSession[] =>
  sites.flatMap((history) => [...sessionsAt(history, rightId)]).sort((one, other) => one.fromMs - other.fromMs);

/** What is used by a moment at both sites, and by how much sites may know less. */
function usedBy(town: Town, rightId: string, atMs: number) {
  const before = sessionsOf(town, rightId).filter(({ fromMs }) => fromMs < atMs);
  const seconds = before.reduce((sum, { fromMs, toMs }) => sum + (Math.min(toMs, atMs) - fromMs) / 1000, 0);
  const bytes = before.reduce((sum, { counted }) => sum + (counted.findLast((one) => one.atMs <= atMs)?.bytes ?? 0), 0);
  const isStruck = (session: TrueSession) =>
    touches(town.deaths, { fromMs: session.fromMs, toMs: session.toMs + answerMs });
  const struck = before.filter(isStruck);
  const fastest = Math.max(
    0,
    ...struck.map(({ bytes, fromMs, toMs }) => (bytes * 1000) / Math.max(1000, toMs - fromMs)),
  );
  return {
    seconds,
    bytes,
    forgotten: {
      seconds: struck.reduce((sum, session) => sum + forgottenSeconds + awaySeconds(town, session), slackSeconds),
      bytes:
        struck.length === 0
          ? 0
          : Math.max(...struck.map(({ bytes }) => bytes), fastest * forgottenSeconds * struck.length),
    },
  };
}

/** How long its site's agent was not there while it ran: what its router counted meanwhile is heard later, and may be forgotten with the rest. */
function awaySeconds({ sites }: Town, session: TrueSession): number {
  const site = sites.find(({ sessions }) => sessions.includes(session));
  return msWithin(site?.agentAway ?? [], session) / 1000;
}

/** Since when its time may run, and since when it runs for certain. Null: it does not. */
function begun({ sites }: Town, rightId: string): { readonly firstMs: number; readonly lastMs: number } | null {
  const of = (which: "firstUseMs" | "firstOnlineMs") =>
    sites.flatMap(({ rights }) => rights.get(rightId)?.[which] ?? []).sort((one, other) => one - other)[0] ?? null;
  const firstMs = of("firstUseMs");
  return firstMs === null ? null : { firstMs, lastMs: of("firstOnlineMs") ?? Infinity };
}

export interface Left {
  readonly least: number;
  readonly most: number;
}

export function leftAt(town: Town, { rightId, plan }: Right, atMs: number) {
  const terms = town.sites[0]?.chronicle.plans[plan];
  const { validitySeconds = null, useSeconds = null, dataBytes = null } = terms ?? {};
  const used = usedBy(town, rightId, atMs);
  const began = begun(town, rightId);
  const sinceMs = (fromMs: number) => Math.max(0, atMs - fromMs);
  const calendar = (fromMs: number) => (validitySeconds ?? Infinity) - (began === null ? 0 : sinceMs(fromMs) / 1000);
  const online = (useSeconds ?? Infinity) - used.seconds;
  const data = (dataBytes ?? Infinity) - used.bytes;
  const leastMs = began === null || began.firstMs > atMs ? atMs : began.firstMs;
  const mostMs = began === null || began.lastMs > atMs ? atMs : began.lastMs;
  return {
    seconds: {
      least: Math.min(calendar(leastMs), online),
      most: Math.min(calendar(mostMs), online + (useSeconds === null ? 0 : used.forgotten.seconds)),
    },
    bytes: { least: data, most: data + used.forgotten.bytes },
  };
}
