/** Staff put a device online with a grant, over HTTP: what the site is told, what its answers become, and who may. */
import { Fault } from "@karibu/protocol/fault";
import type { PutDeviceOnResult } from "@karibu/protocol/rpc/grant-devices";
import { expect, test } from "vitest";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { devicesOfGrant, putOn, takeOff } from "./site-devices.ts";

const order = { siteId: "s1", grantId: "v.b1.4", mac: "AC:BB:CC:DD:EE:02", moves: false };
const answering = (result: object): CallSite => (async () => result) as CallSite;
const failing = (code: `${string}/${string}`, message: string): CallSite => {
  return () => Promise.reject(new Fault(code, message, { retry: "later" }));
};

test.each([
  ["too-many-devices", 409, "too-many-devices"],
  ["expired", 409, "grant-ended"],
  ["data-used", 409, "grant-ended"],
  ["anothers-device", 409, "anothers-device"],
  ["not-for-hotspot", 409, "not-for-hotspot"],
  ["what-a-newer-site-says", 409, "what-a-newer-site-says"],
])("[CUS-16] a site that refuses a device for `%s` is HTTP %i `%s`", async (reason, status, code) => {
  const refused: PutDeviceOnResult = { kind: "refused", reason };
  await expect(putOn(answering(refused), order)).rejects.toMatchObject({ status, code });
});

test("[CUS-16] not here, away and too old are told apart; a device that has none of it is no device", async () => {
  await expect(putOn(answering({ kind: "not-here" }), order)).rejects.toMatchObject({ code: "grant-not-here" });
  await expect(devicesOfGrant(answering({ kind: "not-here" }), "s1", "g")).rejects.toMatchObject({ status: 503 });
  await expect(putOn(failing("site/away", "no link"), order)).rejects.toMatchObject({ code: "site-away" });
  const old = failing("site/refused", "no method put-device-on");
  await expect(putOn(old, order)).rejects.toMatchObject({ status: 422, code: "site-too-old" });
  await expect(takeOff(answering({ kind: "not-on" }), order)).rejects.toMatchObject({ status: 404 });
});
