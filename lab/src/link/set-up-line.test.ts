/** From one pasted line to a selling site: the real hub, and boards that run the very line and the very scripts that it gives them. */
import { rmSync } from "node:fs";
import { parseSettings } from "@karibu/agent/start/settings";
import { imagesForTests, keyOf } from "@karibu/cloud/fleet/set-up/test-set-up-router";
import { type TestProvider, useHub } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { BoardSays, BoardThread } from "../board/board-thread.ts";
import { readEnvironment } from "../board/live-router.ts";
import type { BoardChoice } from "../routeros-scripting/board-configurations.ts";
import { until } from "./link-ends.ts";
import { startBoard } from "./test-board-thread.ts";
import { type DrillSite, startSite, typeCode } from "./test-drill-sites.ts";

const images = imagesForTests();
const hub = useHub("embedded", { images: images.shelf, tunnelEndpoint: "hub.test:51820" });
const boards: BoardThread[] = [];
const sites: DrillSite[] = [];
const patience = { timeout: 60_000 };
let owner: TestProvider;

beforeAll(async () => {
  owner = await hub.makeProvider("Soko");
});
afterEach(async () => {
  for (const board of boards.splice(0)) await board.stop();
  for (const { agent } of sites.splice(0)) await agent.stop();
});
afterAll(() => rmSync(images.folder, { recursive: true, force: true }));

async function openSite(name: string) {
  const call = async (method: string, path: string, body?: object) =>
    (await hub.call(method, `/api/v1${path}`, { token: owner.token, ...(body === undefined ? {} : { body }) })).body;
  const { siteId } = (await call("POST", "/sites", { name })).site as { siteId: string };
  return {
    siteId,
    line: async () => (await call("POST", `/sites/${siteId}/set-up`, {})).line as string,
    view: () => call("GET", `/sites/${siteId}/set-up`),
    /** What the form begins with, with these changes. */
    choose: async (change: object = {}) => {
      const { choices } = await call("GET", `/sites/${siteId}/set-up`);
      return await call("POST", `/sites/${siteId}/set-up/choices`, { ...choices, ...change });
    },
  };
}

function board(kind: Parameters<typeof startBoard>[1], choice: BoardChoice = {}): BoardThread {
  const started = startBoard(hub, kind, choice);
  boards.push(started);
  return started;
}

type View = { state: string; steps: { step: string; state: string; problem: string | null; detail: string | null }[] };
const notDone = ({ steps }: View) => steps.filter(({ state }) => state !== "done").map(({ step }) => step);

/** Without what changes by itself. */
function lasting({ tree }: BoardSays) {
  const { "/system/clock": _clock, ...menus } = tree;
  const rows = (all: readonly string[]) => all.map((row) => row.replace(/ ?(run-count|minutes-left)=\d+/, ""));
  return Object.fromEntries(Object.entries(menus).map(([menu, all]) => [menu, rows(all)]));
}

test("[RTR-13] [RTR-14] [BEY-15] one pasted line: the router waits, a person chooses, the agent's link comes up, and the site can sell; pasted again it changes nothing", async () => {
  const site = await openSite("Market");
  const line = await site.line();
  const router = board("homeRouter");
  const first = await router.paste(line);
  expect([first.outcome, first.failure]).toEqual(["done", ""]);
  expect((await site.view()).state).toBe("choose");
  const chosen = await site.choose({ ssid: "Soko" });
  expect(chosen.state, JSON.stringify(chosen)).toBe("running");

  const then = await router.passMinutes(1);
  expect([then.failure, notDone(await site.view())]).toEqual(["", ["link"]]);
  const { image } = await site.view();
  expect(image.sentBytes).toBe(image.bytes);
  const setting = then.tree["/container/envs"]?.find((row) => row.includes("KARIBU_ENROL_TOKEN")) ?? "";
  const enrolToken = /value=([\w.-]{48,})/.exec(setting)?.[1] as string;
  expect(enrolToken, setting).toEqual(expect.any(String));
  sites.push(await startSite(hub, { siteId: site.siteId, enrolToken }));
  await expect.poll(async () => (await site.view()).state, patience).toBe("done");
  // Nothing of the set-up stays on the router.
  expect(JSON.stringify(then.tree)).not.toMatch(/karibu-set-up|karibu-stage-two/);

  const again = await router.paste(line);
  expect(again.outcome).toBe("done");
  expect(lasting(again)).toEqual(lasting(then));
  expect((await site.view()).state).toBe("done");
  const other = await board("homeRouter", { serial: "STOLEN-LINE" }).paste(line);
  expect(other.output.join("\n")).toMatch(/another router/i);
  expect((await site.view()).otherRouterAtMs).toEqual(expect.any(Number));
}, 120_000);

longTest(
  "[RTR-14] a board without the package and with a device-mode of its own goes on by itself after each reboot, and formats the disk that a person said yes to",
  async () => {
    const site = await openSite("Bank");
    const router = board("homeRouter", {
      serial: "S2",
      mode: "basic",
      hasContainerPackage: false,
      disk: { fileSystem: "fat32" },
    });
    await router.paste(await site.line());
    const chosen = await site.choose({ formatDisk: true });
    expect(chosen.state, JSON.stringify(chosen)).toBe("running");
    const after = await router.passMinutes(4);
    expect([after.failure, notDone(await site.view())]).toEqual(["", ["link"]]);
  },
  120_000,
);

longTest(
  "[RTR-14] an existing hotspot is adopted: what the form suggests keeps its bridge, pool and network name",
  async () => {
    const site = await openSite("Café");
    const router = board("liveHotspot", { serial: "S3" });
    await router.paste(await site.line());
    const { choices } = (await site.view()) as { choices: { adoptHotspot: string | null } };
    expect(choices.adoptHotspot).toEqual(expect.any(String));
    expect((await site.choose()).state).toBe("running");
    const after = await router.passMinutes(2);
    expect([after.failure, notDone(await site.view())]).toEqual(["", ["link"]]);
  },
  120_000,
);

longTest(
  "[RTR-26] a board that can't run containers becomes a hosted site by the same line",
  async () => {
    const site = await openSite("Kiosk");
    const router = board("smallRouter", { serial: "S4", mode: "advanced" });
    const refused = await router.paste(await site.line());
    expect(refused.output.join("\n")).toMatch(/no host/);
    const admin = await hub.adminToken();
    const host = (await hub.call("POST", "/api/v1/platform/hosts", { token: admin, body: { name: "H" } })).body;
    await hub.call("POST", "/enrol/host", { body: { token: host.enrolmentToken, publicKey: keyOf(200) } });
    await router.paste(await site.line());
    const chosen = await site.choose();
    expect(chosen.state, JSON.stringify(chosen)).toBe("running");
    const after = await router.passMinutes(2);
    expect([after.failure, notDone(await site.view())]).toEqual(["", ["link"]]);
  },
  120_000,
);

/** What the agent in the container runs with. */
function settingsOf({ agentEnvironment }: BoardSays) {
  const parsed = parseSettings(readEnvironment(agentEnvironment ?? ""));
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.settings;
}

test("[BEY-35] a board without a USB port takes the pasted line and sells; after a power cut without internet it unpacks its agent again, knows what it sold, and sells on", async () => {
  const site = await openSite("Stall");
  const router = board("boardWithoutUsb", { serial: "S5" });
  await router.paste(await site.line());
  expect(await site.view()).toMatchObject({ state: "choose", isOnFlash: true, choices: { disk: null } });
  expect((await site.choose()).state).toBe("running");
  const ready = await router.passMinutes(2);
  expect([ready.failure, notDone(await site.view())]).toEqual(["", ["link"]]);
  const { enrolToken, isOnFlash } = settingsOf(ready);
  expect([isOnFlash, enrolToken]).toEqual([true, expect.any(String)]);
  const place = { siteId: site.siteId, enrolToken: enrolToken ?? "", isOnFlash };
  const first = await startSite(hub, place);
  sites.push(first);
  await expect.poll(async () => (await site.view()).state, patience).toBe("done");

  const call = async (method: string, path: string, body?: object) =>
    (await hub.call(method, `/api/v1${path}`, { token: owner.token, ...(body === undefined ? {} : { body }) })).body;
  const plan = await call("POST", "/plans", { name: "A day", priceCents: 5000, terms: { validitySeconds: 86_400 } });
  const { batchId } = await call("POST", "/vouchers/batches", {
    planId: plan.planId,
    quantity: 2,
    siteId: site.siteId,
  });
  await until("the site holds the batch", () => first.applied.has(`batch:${batchId}`), patience.timeout);
  const { items } = await call("GET", `/vouchers?batchId=${batchId}&limit=2`);
  const [sold, unsold] = (items as { code: string }[]).map(({ code }) => code);
  const grantId = await typeCode(first, sold ?? "", 1);
  expect(grantId).toMatch(/^v\./);

  // The power fails, and the internet with it. What was only in memory is gone.
  first.folder.cutPowerAt(first.folder.operations);
  first.cut(true);
  await first.agent.stop().catch(() => {});
  first.folder.reboot();
  sites.length = 0;
  const dark = await router.boot();
  expect(dark.agentEnvironment).toBe(null);
  const again = await router.passMinutes(3);
  expect(again.agentEnvironment).toBe(ready.agentEnvironment);
  const next = await startSite(hub, { ...place, folder: first.folder, isCut: true });
  sites.push(next);
  expect(await typeCode(next, sold ?? "", 1)).toBe(grantId);
  expect(await typeCode(next, unsold ?? "", 2)).toMatch(/^v\./);
}, 180_000);
