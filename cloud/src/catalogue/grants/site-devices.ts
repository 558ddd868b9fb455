/** Asks a site about devices: which it sees, which have a grant; and orders one onto a grant or off it. */
import { Fault } from "@karibu/protocol/fault";
import { listGuests } from "@karibu/protocol/rpc/admit-device";
import { type GrantDevices, putDeviceOn, readGrantDevices, takeDeviceOff } from "@karibu/protocol/rpc/grant-devices";
import type { Rpc } from "@karibu/protocol/rpc/rpc";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { notFound, Problem, refusal } from "../../ground/http/problem.ts";

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
  const detail = "The site does not have what was sold yet, or another site has it now: try again in a moment.";
  return new Problem(503, "grant-not-here", detail, { retryAfterSeconds: 5 });
}

const refusals: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  "too-many-devices": ["too-many-devices", "All its devices are taken: move it from one of them instead."],
  "time-used": ["grant-ended", "What was sold is used up."],
  "data-used": ["grant-ended", "What was sold is used up."],
  expired: ["grant-ended", "What was sold has ended."],
  revoked: ["grant-revoked", "What was sold was revoked."],
  "anothers-device": ["anothers-device", "This device is online with something else, or tied to another account."],
  "other-device": ["other-device", "Only certain devices may use this, and this is none of them."],
  "not-for-hotspot": ["not-for-hotspot", "This log-in is for PPPoE alone: no device of the hotspot can use it."],
  "bad-mac": ["bad-mac", "This is the address of no single device."],
};

/** As the site says why. A newer site may have other reasons. */
export function refusedDevice(reason: string): Problem {
  const [code, detail] = refusals[reason] ?? [reason, `The site refuses it: ${reason}.`];
  return new Problem(409, code, detail);
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
    if (error.code === "site/refused") throw new Problem(422, "site-refused", `The site refused: ${error.message}`);
    throw new Problem(503, "site-away", "The site can't be reached now: give a code, which works without the hub.", {
      retryAfterSeconds: 10,
    });
  }
}
