/**
 * The router's list of sessions with those that RADIUS knows nothing of: they were let in by the system that was here before. And what Karibu would say of
 * one. Nothing is changed by asking.
 */

import type { AccessLimits } from "../access/access.ts";
import { decide } from "../access/decide.ts";
import { deviceOfHost } from "../grants/device-keys.ts";
import { slotsOf } from "../grants/device-slots.ts";
import { type Site, usageOf } from "../grants/site.ts";
import { isAnothersDevice, type KnownVoucher, refusalOf } from "../grants/vouchers/known-voucher.ts";
import type { LiveRouter, RouterCommandOptions, RouterRow } from "../ground/live-router.ts";
import { normaliseMac } from "../ground/mac-address.ts";
import { durationMs } from "../routeros/duration.ts";
import type { RejectReason } from "../state/reject-reason.ts";

export interface OldSession {
  /** RouterOS' `.id`. */
  readonly id: string;
  /** Hostile text. */
  readonly user: string;
  readonly mac: string | null;
  readonly address: string | null;
  readonly uptimeSeconds: number;
  /** Null: RouterOS would not end it by time. */
  readonly secondsLeft: number | null;
  /** From and to the customer. */
  readonly inputBytes: number;
  readonly outputBytes: number;
}

const columns = ".id,user,address,mac-address,uptime,session-time-left,bytes-in,bytes-out,radius";
export const activeSentence = ["/ip/hotspot/active/print", `=.proplist=${columns}`] as const;

export async function readOldSessions(live: LiveRouter, options: RouterCommandOptions): Promise<OldSession[]> {
  return (await live.command([...activeSentence], { ...options, fresh: true })).flatMap(oldSession);
}

export const isYes = (text: string | undefined): boolean => text === "true" || text === "yes";

function oldSession(row: RouterRow): OldSession[] {
  const { ".id": id, user } = row;
  if (id === undefined || user === undefined || isYes(row.radius)) return [];
  return [
    {
      id,
      user,
      mac: normaliseMac(row["mac-address"] ?? ""),
      address: row.address ?? null,
      uptimeSeconds: secondsOf(row.uptime) ?? 0,
      secondsLeft: secondsOf(row["session-time-left"]),
      inputBytes: countOf(row["bytes-in"]),
      outputBytes: countOf(row["bytes-out"]),
    },
  ];
}

function secondsOf(text: string | undefined): number | null {
  const ms = text === undefined ? null : durationMs(text);
  return ms === null ? null : Math.floor(ms / 1000);
}

function countOf(text: string | undefined): number {
  const count = Number(text ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** The code of another system behind a name; null: no list of this site has it. */
export function listedOf({ catalogue }: Pick<Site, "catalogue">, user: string): KnownVoucher | null {
  const found = catalogue.voucher(user);
  return found !== null && catalogue.isListed(found.grant.grantId) ? found : null;
}

export type Judgement =
  | { readonly kind: "unknown" }
  | { readonly kind: "refused"; readonly reason: RejectReason }
  | {
      readonly kind: "accepted";
      readonly known: KnownVoucher;
      readonly limits: Pick<AccessLimits, "sessionSeconds" | "downKbps" | "totalBytes">;
    };

/** What a log-in under this name from this host would come to now. Passwords are not asked: the old system has let it in. */
export function judgeUser(
  site: Site,
  { user, mac, address }: { readonly user: string; readonly mac: string | null; readonly address: string | null },
): Judgement {
  const known = site.catalogue.voucher(user);
  if (known === null) return { kind: "unknown" };
  const wall = site.world.clock.wall();
  if (isAnothersDevice(known, mac)) return { kind: "refused", reason: "too-many-devices" };
  const { grant } = known;
  const isStarted = known.refusal === null && grant.startedAtMs !== null;
  const refusal = isStarted ? null : refusalOf(known, wall);
  if (refusal !== null) return { kind: "refused", reason: refusal };
  const asking = { device: deviceOfHost({ mac, address, nas: "" }), mac };
  const slots = slotsOf(site.state, grant.grantId);
  const decision = decide(grant, usageOf(site, grant), { slots, asking, wish: "enter" }, wall);
  if (decision.kind === "reject") return { kind: "refused", reason: decision.reason };
  return { kind: "accepted", known, limits: decision.limits };
}
