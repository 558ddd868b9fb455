/** A shadow run over a site in memory, and a router whose answers are written down here. */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, endingCodes } from "../access/test-site.ts";
import type { LiveRouter, RouterRow } from "../ground/live-router.ts";
import { createShadowRunner } from "./shadow-run.ts";

const refusedLine = (id: string, user: string): RouterRow => ({
  ".id": id,
  topics: "hotspot,info,debug",
  message: `${user} (10.5.50.7): login failed: invalid username or password`,
});

test("[RTR-31] whom the old system refuses after the router's restart is told, too: its log counts its lines anew", async () => {
  const world = createSimulatedWorld();
  let log: readonly RouterRow[] = [refusedLine("*3E8", "before-us")];
  const live = {
    command: async ([menu]: readonly string[]) => (menu === "/log/print" ? log : []),
  } as unknown as LiveRouter;
  const shadow = createShadowRunner(createTestSite(world, { file: endingCodes }).site, createFaultyFolder(world), live);
  const pass = (minutes: number) => passTimeUntil(world, sleep(world.clock, minutes * 60_000), 10_000);
  await shadow.order("start");
  await pass(6);
  log = [refusedLine("*1", "HOUR1")];
  await pass(6);
  log = [...log, refusedLine("*2", "TEN10")];
  await pass(6);
  const { differences } = await shadow.order("read");
  expect(differences).toMatchObject([
    { kind: "admitted", user: "TEN10" },
    { kind: "admitted", user: "HOUR1" },
  ]);
  await shadow.order("stop");
});
