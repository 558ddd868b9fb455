/** Which names can be a provider's own domain, and what becomes of one whose proof was looked for. Pure. */
import { type HubNames, plainHost } from "../../ground/http/host-gate.ts";
import type { DomainState } from "./domain-states.ts";

/** `no-record`: there is no record. `other-record`: there are records, and none has the token. `no-answer`: no name server answered. */
export type ProofFinding = "proved" | "no-record" | "other-record" | "no-answer";

export const shutAfterMs = 7 * 86_400_000;
/** Silence of name servers for so long is a missing proof: a domain that ran out is often silent. */
const silenceMsMax = 3 * 86_400_000;

export const recordName = (host: string): string => `_karibu.${host}`;
export const recordValue = (token: string): string => `karibu-domain=${token}`;

export function judgeRecords(texts: readonly string[], token: string): ProofFinding {
  if (texts.some((text) => text.trim() === recordValue(token))) return "proved";
  return texts.length === 0 ? "no-record" : "other-record";
}

const noNames = /(^|\.)(local|localhost|internal|intranet|lan|home|corp|arpa|onion|invalid|alt)$/;

/** @returns why it can't be one; null: it can. `host`: as `plainHost` writes it */
export function refusalOfHost(host: string, { publicUrl, otherHosts }: HubNames): "signs" | "hubs" | null {
  const labels = host.split(".");
  const isPlain =
    host.length <= 253 &&
    labels.length >= 2 &&
    // No letters but a to z, and not their ASCII form either: a name must not look like another one.
    labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label) && !/^..--/.test(label)) &&
    /^[a-z]{2,63}$/.test(labels.at(-1) ?? "") &&
    !noNames.test(host);
  if (!isPlain) return "signs";
  const hubs = [plainHost(new URL(publicUrl).host), ...otherHosts];
  const touches = (hub: string) => host === hub || host.endsWith(`.${hub}`) || hub.endsWith(`.${host}`);
  return hubs.some(touches) ? "hubs" : null;
}

export interface DomainStanding {
  readonly state: DomainState;
  readonly provedAtMs: number | null;
  readonly lostAtMs: number | null;
}

export interface JudgedDomain extends DomainStanding {
  /** What its owners are told; null: nothing. */
  readonly told: "lost" | "shut" | null;
}

export function judgeDomain(was: DomainStanding, finding: ProofFinding, nowMs: number): JudgedDomain {
  if (finding === "proved") return { state: "proved", provedAtMs: nowMs, lostAtMs: null, told: null };
  // A clock that was ahead dated them: their days begin now.
  const notAhead = (atMs: number | null) => (atMs === null ? null : Math.min(atMs, nowMs));
  const provedAtMs = notAhead(was.provedAtMs);
  const stays = { ...was, provedAtMs, lostAtMs: notAhead(was.lostAtMs), told: null };
  const isSilenceShort = finding === "no-answer" && nowMs - (provedAtMs ?? 0) < silenceMsMax;
  if (was.state === "waiting" || was.state === "shut") return stays;
  if (was.state === "proved")
    return isSilenceShort ? stays : { ...stays, state: "lost", lostAtMs: nowMs, told: "lost" };
  const isOver = nowMs - (was.lostAtMs ?? nowMs) >= shutAfterMs;
  return isOver ? { ...stays, state: "shut", told: "shut" } : stays;
}
