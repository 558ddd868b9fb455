/**
 * Indexes of the open sessions, so that a packet costs the same with ten sessions and with ten thousand. Only the fold
 * (`apply-record.ts`) changes them.
 */
import { readSessionId } from "./acct-session-id.ts";
import { keptBy, oldSystemsRouter } from "./router-address.ts";

export interface OpenSessions {
  readonly keys: Set<string>;
  readonly byGrant: Map<string, Set<string>>;
  /** By `keptBy`, as the indexes below. */
  readonly byNas: Map<string, Set<string>>;
  /** By NAS, MAC and address: a host has one session at a time, and an array of one is made faster than a Set of one. */
  readonly byHost: Map<string, readonly string[]>;
  /** By NAS and service: the id of the last session that was heard at its start, oldest first. Kept when no session is open. */
  readonly lastIds: Map<string, string>;
}

/** A router sends two services, and a site has a few routers: a stranger with the secret must not fill the memory with names. */
const lastIdsMax = 1000;

interface Indexed {
  readonly sessionKey: string;
  readonly sessionId: string;
  readonly nas: string;
  readonly router: string | null;
  readonly grantId: string | null;
  readonly mac: string | null;
  readonly address: string | null;
}

export function noOpenSessions(): OpenSessions {
  return { keys: new Set(), byGrant: new Map(), byNas: new Map(), byHost: new Map(), lastIds: new Map() };
}

export function addOpen(open: OpenSessions, session: Indexed): void {
  const { sessionKey, grantId } = session;
  const nas = keptBy(session);
  open.keys.add(sessionKey);
  into(open.byNas, nas, sessionKey);
  if (grantId !== null) into(open.byGrant, grantId, sessionKey);
  const host = hostOf(session);
  if (host !== null) open.byHost.set(host, [...(open.byHost.get(host) ?? []), sessionKey]);
}

export function removeOpen(open: OpenSessions, session: Indexed): void {
  const { sessionKey, grantId } = session;
  const nas = keptBy(session);
  if (!open.keys.delete(sessionKey)) return;
  outOf(open.byNas, nas, sessionKey);
  if (grantId !== null) outOf(open.byGrant, grantId, sessionKey);
  const host = hostOf(session);
  if (host !== null) removeFromHost(open, host, sessionKey);
}

/** Are sessions open at several routers? What runs since before a takeover is at none of its own. */
export function hasSeveralRouters({ byNas }: { readonly byNas: ReadonlyMap<string, unknown> }): boolean {
  return byNas.size - (byNas.has(oldSystemsRouter) ? 1 : 0) > 1;
}

/** `nas`: as `keptBy` has it. Null: none was heard, or the id is not RouterOS'. */
export function lastIdBefore(open: OpenSessions, nas: string, sessionId: string): string | null {
  const read = readSessionId(sessionId);
  return read === null ? null : (open.lastIds.get(lastIdName(nas, read.service)) ?? null);
}

export function noteLastId(open: OpenSessions, nas: string, sessionId: string): void {
  const read = readSessionId(sessionId);
  if (read === null) return;
  const name = lastIdName(nas, read.service);
  open.lastIds.delete(name);
  open.lastIds.set(name, sessionId);
  if (open.lastIds.size <= lastIdsMax) return;
  for (const oldest of open.lastIds.keys()) {
    open.lastIds.delete(oldest);
    return;
  }
}

const lastIdName = (nas: string, service: string): string => `${nas}\n${service}`;

/** Other open sessions of the same host at this NAS: their Stop was lost. */
export function openOfHost(open: OpenSessions, session: Omit<Indexed, "sessionKey" | "grantId">): readonly string[] {
  const host = hostOf(session);
  return (host === null ? undefined : open.byHost.get(host)) ?? [];
}

function removeFromHost(open: OpenSessions, host: string, sessionKey: string): void {
  const left = open.byHost.get(host)?.filter((key) => key !== sessionKey) ?? [];
  if (left.length === 0) open.byHost.delete(host);
  else open.byHost.set(host, left);
}

function hostOf(session: Pick<Indexed, "nas" | "router" | "mac" | "address">): string | null {
  const { mac, address } = session;
  return mac === null && address === null ? null : `${keptBy(session)}\n${mac ?? ""}\n${address ?? ""}`;
}

function into(index: Map<string, Set<string>>, name: string, sessionKey: string): void {
  const keys = index.get(name);
  if (keys === undefined) index.set(name, new Set([sessionKey]));
  else keys.add(sessionKey);
}

function outOf(index: Map<string, Set<string>>, name: string, sessionKey: string): void {
  const keys = index.get(name);
  if (keys?.delete(sessionKey) && keys.size === 0) index.delete(name);
}
