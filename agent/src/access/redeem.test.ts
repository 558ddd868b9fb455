import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { guessingLimits } from "./guessing/guessing-policy.ts";
import type { Device } from "./portal-access.ts";
import { createTestSite } from "./test-site.ts";

const file = { plans: [{ name: "all", devices: 100 }], vouchers: [{ code: "1234567890", plan: "all" }] };
const token = (number: number) => number.toString(16).padStart(32, "0");
const phone = (number: number): Device => ({
  token: token(number),
  mac: `02:00:00:00:00:${number.toString(16).padStart(2, "0").toUpperCase()}`,
  address: `10.5.50.${number}`,
});

test("[POR-04] who guesses under a neighbour's MAC, which no router confirms, locks the neighbour out of nothing", async () => {
  const world = createSimulatedWorld();
  const { portalAccess } = createTestSite(world, { file });
  const neighbour = phone(7);
  for (let guess = 0; guess < 20; guess++) {
    const liar: Device = { token: token(1000 + guess), mac: neighbour.mac, address: "10.5.50.66", claims: "mac" };
    await portalAccess.redeem("9999999999", liar);
  }
  expect(await portalAccess.redeem("1234567890", neighbour)).toMatchObject({ kind: "redeemed" });
});

test.each(["address", "mac-and-address"] as const)(
  "[POR-04] behind an address that many share, who guesses in a neighbour's name (%s) locks the neighbour out of nothing",
  async (claims) => {
    const world = createSimulatedWorld();
    const { portalAccess } = createTestSite(world, { file });
    const neighbour: Device = { ...phone(7), claims };
    const reasons: string[] = [];
    for (let guess = 0; guess < 20; guess++) {
      const outcome = await portalAccess.redeem("9999999999", { ...neighbour, token: token(1000) });
      if (outcome.kind === "refused") reasons.push(outcome.reason);
      world.advance(1000);
    }
    expect(reasons.at(-1), "who guesses is locked by its own cookie").toBe("guessing");
    expect(await portalAccess.redeem("1234567890", neighbour)).toMatchObject({ kind: "redeemed" });
  },
);

test("[POR-04] under attack a MAC that a phone merely claims frees it from no limit", async () => {
  const world = createSimulatedWorld();
  const { portalAccess } = createTestSite(world, { file });
  const holders = Array.from({ length: 30 }, (_, number) => phone(number + 10));
  for (const holder of holders)
    expect(await portalAccess.redeem("1234567890", holder)).toMatchObject({ kind: "redeemed" });
  for (let guess = 0; guess <= guessingLimits.siteWrongMax; guess++)
    await portalAccess.redeem("9999999999", { ...phone(100 + guess), address: `10.5.52.${guess}` });
  const outcomes: string[] = [];
  for (const [guess, { mac }] of holders.entries()) {
    const liar: Device = { token: token(1000 + guess), mac, address: `10.5.51.${guess}`, claims: "mac" };
    const outcome = await portalAccess.redeem("8888888888", liar);
    outcomes.push(outcome.kind === "refused" ? outcome.reason : outcome.kind);
  }
  expect(outcomes.filter((reason) => reason === "unknown-user").length).toBeLessThanOrEqual(11);
});
