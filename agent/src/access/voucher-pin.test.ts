import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { encodeVoucherCode, voucherPin } from "@karibu/protocol/codes/voucher-code";
import type { BatchBody } from "@karibu/protocol/feed";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { phoneOf, plainBatch } from "@karibu/protocol/test-grants";
import { expect, test } from "vitest";
import { pinLimits } from "./guessing/pin-guard.ts";
import type { Device } from "./portal-access.ts";
import { createTestSite, logInRequest } from "./test-site.ts";

const batch: BatchBody = { ...plainBatch, planName: "Hour", pinDigits: 4, terms: { ...unlimitedTerms, devices: 5 } };
const code = encodeVoucherCode(batch, 7);
const pin = voucherPin(batch, 7, 4);
const wrong = pin === "0000" ? "1111" : "0000";
const phone: (number: number) => Device = phoneOf;

function openSite() {
  const world = createSimulatedWorld();
  const site = createTestSite(world, {});
  site.put({ kind: "batch", key: "b1", body: batch });
  return site;
}

test("[VOU-18] a voucher with a PIN opens with both, without the hub; the code alone opens nothing and counts as no guess", async () => {
  const { portalAccess } = openSite();
  for (let tries = 0; tries < 20; tries++)
    expect(await portalAccess.redeem(code, phone(1))).toMatchObject({ kind: "refused", reason: "wrong-password" });
  expect(await portalAccess.redeem(code, phone(1), wrong)).toMatchObject({ reason: "wrong-password" });
  expect(await portalAccess.redeem(code, phone(1), pin)).toMatchObject({ kind: "redeemed" });
  expect(await portalAccess.redeem(code, phone(1)), "it is this phone's already").toMatchObject({ kind: "redeemed" });
  expect(await portalAccess.redeem(code, phone(2))).toMatchObject({ kind: "refused" });
});

test("[VOU-18] five wrong PINs lock the code for every device, and not the one that has it", async () => {
  const { portalAccess } = openSite();
  await portalAccess.redeem(code, phone(1), pin);
  for (let tries = 0; tries < pinLimits.wrongMax; tries++) await portalAccess.redeem(code, phone(10 + tries), wrong);
  expect(await portalAccess.redeem(code, phone(30), pin)).toMatchObject({ kind: "refused", reason: "guessing" });
  expect(await portalAccess.redeem(code, phone(1))).toMatchObject({ kind: "redeemed" });
  const other = encodeVoucherCode(batch, 8);
  expect(await portalAccess.redeem(other, phone(31), voucherPin(batch, 8, 4))).toMatchObject({ kind: "redeemed" });
});

test("[VOU-18] RADIUS takes the PIN as the password: neither nothing nor the code will do", () => {
  const { access } = openSite();
  const ask = (password: string, number: number) =>
    access.logIn(logInRequest(code, password, { mac: phone(number).mac, address: phone(number).address })).kind;
  expect(ask("", 1)).toBe("reject");
  expect(ask(code, 2)).toBe("reject");
  expect(ask(wrong, 3)).toBe("reject");
  expect(ask(pin, 4)).toBe("accept");
  expect(ask("", 4), "it is this device's already").toBe("accept");
  for (let tries = 0; tries < pinLimits.wrongMax; tries++) ask(wrong, 10 + tries);
  expect(ask(pin, 30)).toBe("reject");
});
