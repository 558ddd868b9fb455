/** Asks a site about devices: which it sees, which have a grant; and orders one onto a grant or off it. */
import { Fault } from "@karibu/protocol/fault";
import type { RefusalCode } from "@karibu/protocol/problems/problem-list";
import { listGuests } from "@karibu/protocol/rpc/admit-device";
import { type GrantDevices, putDeviceOn, readGrantDevices, takeDeviceOff } from "@karibu/protocol/rpc/grant-devices";
import type { Rpc } from "@karibu/protocol/rpc/rpc";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { notFound, type Problem, refusal, refusedByNewerSite } from "../../ground/http/problem.ts";

const callMsMax = 10_000;

export interface Guest {
  readonly mac: string;
  readonly address: string | null;
  readonly online: boolean;
}

interface DeviceOrder {
  readonly siteId: string;
  readonly grantId: string;
  readonly mac: string;
}

/** Null: the site's router can't be asked; a MAC must be typed. */
export async function guestsOf(call: CallSite, siteId: string): Promise<readonly Guest[] | null> {
  return (await askSite(call, siteId, listGuests, {})).guests;
}

/** Throws a Problem: 503 `grant-not-here`, `site-away`, 422 `site-too-old`, `site-refused`. */
export async function devicesOfGrant(
  call: CallSite,
  siteId: string,
  grantId: string,
): Promise<Extract<GrantDevices, { kind: "here" }>> {
  const result = await askSite(call, siteId, readGrantDevices, { grantId });
  if (result.kind === "not-here") throw notHere();
  return result;
}

/** `bound`: it has the grant, and goes online when the router sees it. Throws a Problem, as `devicesOfGrant`, and 409 with why not. */
export async function putOn(
  call: CallSite,
  { siteId, ...order }: DeviceOrder & { readonly moves: boolean },
): Promise<"online" | "bound"> {
  const result = await askSite(call, siteId, putDeviceOn, order);
  if (result.kind === "not-here") throw notHere();
  if (result.kind === "refused") throw refusedDevice(result.reason);
  return result.kind;
}

/** Throws a Problem: as `devicesOfGrant`, and 404 where the grant has no such device. */
export async function takeOff(call: CallSite, { siteId, ...order }: DeviceOrder): Promise<void> {
  const { kind } = await askSite(call, siteId, takeDeviceOff, order);
  if (kind === "not-on") throw notFound("device");
}

export function notHere(): Problem {
  return refusal("grant-not-here", { retryAfterSeconds: 5 });
}

const refusals: Readonly<Record<string, RefusalCode>> = {
  "too-many-devices": "too-many-devices",
  "time-used": "grant-ended",
  "data-used": "grant-ended",
  expired: "grant-ended",
  revoked: "grant-revoked",
  "anothers-device": "anothers-device",
  "other-device": "other-device",
  "not-for-hotspot": "not-for-hotspot",
  "bad-mac": "bad-mac",
};

/** As the site says why. A newer site may have other reasons. */
export function refusedDevice(reason: string): Problem {
  const code = Object.hasOwn(refusals, reason) ? refusals[reason] : undefined;
  return code === undefined ? refusedByNewerSite(reason) : refusal(code);
}

/** Throws a Problem: 503 `site-away`, 422 `site-too-old`, `site-refused`. */
export async function askSite<Params, Result>(
  call: CallSite,
  siteId: string,
  method: Rpc<Params, Result>,
  params: Params,
): Promise<Result> {
  try {
    return await call(siteId, method, params, callMsMax);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "site/refused" && /no method/.test(error.message)) throw refusal("site-too-old");
    if (error.code === "site/refused") throw refusal("site-refused", { rule: "site-says", value: error.message });
    throw refusal("site-away", { status: 503, retryAfterSeconds: 10 });
  }
}
