/**
 * Indexes of the open sessions, so that a packet costs the same with ten sessions and with ten thousand. Only the fold
 * (`apply-record.ts`) changes them.
 */
import { bootOf } from "./acct-session-id.ts";
import { keptBy } from "./router-address.ts";

export interface OpenSessions {
  readonly keys: Set<string>;
  readonly byGrant: Map<string, Set<string>>;
  /** By `keptBy`, as the indexes below. */
  readonly byNas: Map<string, Set<string>>;
  /** By NAS, MAC and address: a host has one session at a time, and an array of one is made faster than a Set of one. */
  readonly byHost: Map<string, readonly string[]>;
  /** By NAS and service, then by the part of Acct-Session-Id that changes when the router reboots. */
  readonly byBoot: Map<string, Map<string, Set<string>>>;
}

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
  return { keys: new Set(), byGrant: new Map(), byNas: new Map(), byHost: new Map(), byBoot: new Map() };
}

export function addOpen(open: OpenSessions, session: Indexed): void {
  const { sessionKey, grantId } = session;
  const nas = keptBy(session);
  open.keys.add(sessionKey);
  into(open.byNas, nas, sessionKey);
  if (grantId !== null) into(open.byGrant, grantId, sessionKey);
  const host = hostOf(session);
  if (host !== null) open.byHost.set(host, [...(open.byHost.get(host) ?? []), sessionKey]);
  const boot = bootOf(session.sessionId);
  if (boot === null) return;
  const service = `${nas}\n${boot.service}`;
  const parts = open.byBoot.get(service) ?? new Map<string, Set<string>>();
  into(parts, boot.part, sessionKey);
  open.byBoot.set(service, parts);
}

export function removeOpen(open: OpenSessions, session: Indexed): void {
  const { sessionKey, grantId } = session;
  const nas = keptBy(session);
  if (!open.keys.delete(sessionKey)) return;
  outOf(open.byNas, nas, sessionKey);
  if (grantId !== null) outOf(open.byGrant, grantId, sessionKey);
  const host = hostOf(session);
  if (host !== null) removeFromHost(open, host, sessionKey);
  const boot = bootOf(session.sessionId);
  if (boot === null) return;
  const service = `${nas}\n${boot.service}`;
  const parts = open.byBoot.get(service);
  if (parts === undefined) return;
  outOf(parts, boot.part, sessionKey);
  if (parts.size === 0) open.byBoot.delete(service);
}

/** `nas`: as `keptBy` has it. Sessions of this NAS and service that an id of another reboot proves dead; none when the id is not RouterOS'. */
export function openBeforeReboot(open: OpenSessions, nas: string, sessionId: string): string[] {
  const boot = bootOf(sessionId);
  const parts = boot === null ? undefined : open.byBoot.get(`${nas}\n${boot.service}`);
  if (boot === null || parts === undefined || (parts.size === 1 && parts.has(boot.part))) return [];
  return [...parts].filter(([part]) => part !== boot.part).flatMap(([, keys]) => [...keys]);
}

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
