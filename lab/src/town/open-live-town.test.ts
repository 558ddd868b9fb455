import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { createNodeWorld } from "@karibu/agent/ground/node-world";
import { openFeedStore } from "@karibu/agent/store/open-feed-store";
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import { type Plan, unlimitedTerms } from "@karibu/protocol/plan";
import { cents } from "@karibu/protocol/quantities";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BoardState } from "../board/open-board.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { openLiveTown } from "./open-live-town.ts";

const world = {
  ...createNodeWorld("error", earliestPlausibleMs),
  log: { debug() {}, info() {}, warn() {}, error() {} },
};
/** Nobody answers there: the site sells what it was told before. */
const away = "http://127.0.0.1:9";
const board: BoardState = {
  configuration: { "/radius": [{ comment: "karibu: the agent", address: "172.31.0.2" }] },
  agentEnvironment: [
    `KARIBU_HUB_URL=${away}`,
    "KARIBU_COA_HOST=172.31.0.1",
    "KARIBU_COA_PORT=3799",
    "KARIBU_RADIUS_SECRET=between-router-and-agent",
    "KARIBU_ROUTER_HOST=172.31.0.1",
    "KARIBU_ROUTER_USER=karibu",
    "KARIBU_ROUTER_PASSWORD=of-the-api",
  ].join("\n"),
  version: "7.23.4",
};
const month: Plan = {
  planId: "month",
  name: "1 month",
  priceCents: cents(50_000),
  currency: "KES",
  active: true,
  terms: unlimitedTerms,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "karibu-town-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As the sites of a history: one behind the tunnel, and one with a second router. */
test("[RTR-26] [RTR-23] a hosted site and one with two routers open and close, also while the hub is away", async () => {
  mkdirSync(join(folder, "boards"));
  const radius = {
    comment: "karibu: hotspot",
    address: "10.89.0.1",
    "src-address": "10.89.0.2",
    secret: "of-the-tunnel",
  };
  const user = { comment: "karibu: the agent's", name: "karibu-agent", password: "of-the-api" };
  const ofFurther = { ...radius, address: "192.168.88.1", "src-address": "192.168.88.2" };
  const boards: Readonly<Record<string, BoardState>> = {
    lake: { configuration: { "/radius": [radius], "/user": [user] }, agentEnvironment: null, version: null },
    stage: board,
    "stage-2": { configuration: { "/radius": [ofFurther] }, agentEnvironment: null, version: null },
  };
  for (const [name, state] of Object.entries(boards))
    writeFileSync(join(folder, "boards", `${name}.json`), JSON.stringify(state));
  const town = await openLiveTown({
    world,
    hubUrl: away,
    darajaUrl: away,
    folder,
    names: ["lake", "stage"],
    bootId: "first",
    keep() {},
    chance: seededRandom(7).integer,
  });
  expect(await town.close()).toBeUndefined();
});

test("the town opens and closes where nothing cheap is for sale", async () => {
  mkdirSync(join(folder, "boards"));
  writeFileSync(join(folder, "boards/lake.json"), JSON.stringify(board));
  const feed = await openFeedStore(world, createNodeFolder(join(folder, "agents/lake")));
  const row = { kind: "plan", key: month.planId, version: 1, body: month } as const;
  await feed.apply({ scope: "provider", reset: true, rows: [row], version: 1 });
  await feed.close();
  const town = await openLiveTown({
    world,
    hubUrl: away,
    darajaUrl: away,
    folder,
    names: ["lake"],
    bootId: "first",
    keep() {},
    chance: seededRandom(7).integer,
  });
  expect(await town.close()).toBeUndefined();
});
