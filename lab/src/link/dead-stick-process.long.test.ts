/**
 * Sticks that die or come back on real processes: the agent is killed in the middle of a day, its folder is deleted or replaced by an
 * older one, and a real NAS asks again for every code. No code gives more than its plan.
 */

import { cp, lstat, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AgentProcess,
  every300Ms,
  type NasSocket,
  openNas,
  startAgent,
} from "@karibu/agent/start/test-agent-process";
import { karibu } from "@karibu/cli/test-karibu";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { statusTypes } from "@karibu/protocol/radius/codes";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ApiServer, openApiServer } from "../router/api/api-server.ts";
import { createRouter } from "../router/device/router.ts";
import { createMemoryUdp } from "../router/test-router.ts";
import { until } from "./link-ends.ts";
import { openWire, type Wire } from "./test-wire.ts";

const lab = useHub(anyEngine, { linkTickMs: 250 });
const waitMs = 120_000;
const secret = "s3cret";
const planBytes = 10_000_000;

let folder = "";
let wire: Wire;
let nas: NasSocket;
let agent: AgentProcess | null = null;
let routerApi: ApiServer | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-dead-stick-"));
  wire = await openWire(Number(new URL(lab.url()).port));
  nas = await openNas(secret, every300Ms);
});
afterEach(async () => {
  nas.close();
  await agent?.kill("SIGKILL");
  agent = null;
  await routerApi?.close();
  routerApi = null;
  await wire.close();
  await rm(folder, { recursive: true, force: true });
});

const dataOf = (name: string) => join(folder, name);
/** As a person copies a stick: its files. A process that was killed leaves its socket there. */
const copyData = (from: string, to: string) =>
  cp(dataOf(from), dataOf(to), { recursive: true, filter: async (path) => !(await lstat(path)).isSocket() });
const kill = async () => {
  await agent?.kill("SIGKILL");
  agent = null;
};

const deviceOf = (number: number): Attribute[] => [
  { name: "callingStationId", value: `02:00:00:00:00:0${number}` },
  { name: "framedIpAddress", value: `10.5.50.${number}` },
  { name: "nasIdentifier", value: "router" },
];
const logIn = (code: string, number: number) => nas.logIn(code, deviceOf(number), () => agent?.authPort ?? 0);

/** A session of this device with the code: it uses so many bytes, and ends. */
async function use(code: string, number: number, sessionId: string, usedBytes: number): Promise<void> {
  const report = (status: keyof typeof statusTypes, used: number) => {
    const counters: Attribute[] = [
      { name: "acctSessionTime", value: used === 0 ? 0 : 60 },
      { name: "acctInputOctets", value: 0 },
      { name: "acctOutputOctets", value: used },
    ];
    const named: Attribute[] = [
      { name: "userName", value: code },
      { name: "acctStatusType", value: statusTypes[status] },
      { name: "acctSessionId", value: sessionId },
    ];
    return nas.account([...named, ...deviceOf(number), ...counters], () => agent?.acctPort ?? 0);
  };
  await report("start", 0);
  await report("stop", usedBytes);
}

/** A shop with one site, codes of ten megabytes, and a seller. */
async function openShop(name: string) {
  const { token, providerId } = await lab.makeProvider(name);
  const call = sureAskerOf(lab, () => token);
  const { site, enrolmentToken } = await call("POST", "/sites", { name });
  const { siteId } = site as { siteId: string };
  const { planId } = await call("POST", "/plans", {
    name: "Ten MB",
    priceCents: 5000,
    terms: { dataBytes: planBytes },
  });
  const { batchId } = await call("POST", "/vouchers/batches", { planId, quantity: 4, siteId });
  const batch = `/vouchers/batches/${batchId}`;
  await until("its codes are made", async () => (await call("GET", batch)).state === "ready", waitMs);
  const { items } = await call("GET", `/vouchers?batchId=${batchId}`);
  const codes = (items as { code: string }[]).map(({ code }) => code) as [string, string, string, string];
  await call("POST", "/sellers", { name: "Wanjiru", pin: "482193", sites: [{ siteId, floatCents: 50_000 }] });

  const start = async (data: string, more: Record<string, string> = {}) => {
    agent = await startAgent({
      KARIBU_DATA: dataOf(data),
      KARIBU_HUB_URL: wire.url,
      KARIBU_ENROL_TOKEN: enrolmentToken,
      KARIBU_RADIUS_SECRET: secret,
      KARIBU_INTERIM_FLUSH_SECONDS: "0",
      ...more,
    });
  };
  /** Both of one moment: between two looks a record would go from the one to the other. */
  const figures = async (...names: string[]) => {
    const text = await (await fetch(`http://127.0.0.1:${agent?.httpPort}/metrics`)).text();
    return names.map((name) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? Number.NaN));
  };
  const followsAll = async () => {
    const { feed } = await call("GET", `/sites/${siteId}/link`);
    return feed.length > 2 && feed.every(({ behind }: { behind: number }) => behind === 0);
  };
  return {
    call,
    codes,
    siteId,
    start,
    /** It is connected, and knows its codes. */
    isServing: async () => (await call("GET", `/sites/${siteId}`)).state === "online" && (await followsAll()),
    hubHasAll: async () =>
      (await figures("karibu_journal_unacknowledged_records", "karibu_journal_waiting_records")).every(
        (records) => records === 0,
      ),
    /** How many times the site was told what it forgot. */
    timesTold: async () => {
      const told = await lab
        .database()
        .asProvider(providerId, (tx) =>
          tx
            .selectFrom("journal_epochs")
            .select("epoch")
            .where("siteId", "=", siteId)
            .where("recalled", "is not", null)
            .execute(),
        );
      return told.length;
    },
    isHeld: async () => {
      const status = await (await fetch(`http://127.0.0.1:${agent?.httpPort}/status`)).text();
      return status.includes("held until the hub has told");
    },
    sell: async (number: number) => {
      const order = { saleId: String(number).repeat(32), seller: "Wanjiru", pin: "482193", planKey: planId };
      const answer = await fetch(`http://127.0.0.1:${agent?.httpPort}/api/sales`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(order),
      });
      return { status: answer.status, body: (await answer.json()) as { code: string; outCents: number } };
    },
    /** What each grant has used, by the hub's books. */
    usedBytes: async () => {
      const grants = (await call("GET", "/grants?limit=50")).items as { usedBytes: number }[];
      return grants.map(({ usedBytes }) => usedBytes).sort((one, other) => one - other);
    },
    usedTwice: async () => (await call("GET", "/reports/double-use")).items,
  };
}

/** A simulated router's API on a port, for the agent to leave its mark at. */
async function startRouterApi(): Promise<Record<string, string>> {
  const router = createRouter(lab.world, createMemoryUdp(), {});
  await router.boot();
  routerApi = await openApiServer(lab.world, router, { port: 0 });
  return { KARIBU_ROUTER_HOST: "127.0.0.1", KARIBU_ROUTER_PORT: String(routerApi.port), KARIBU_ROUTER_USER: "karibu" };
}

test("[BEY-28] NO-AMNESIA: killed with -9, its folder deleted, readmitted by one tap: no code gives more than its plan, and the till is whole", async () => {
  const shop = await openShop("Killed");
  const [used, running, fresh] = shop.codes;
  await shop.start("data");
  await until("the site serves", shop.isServing, waitMs);
  expect(await logIn(used, 1)).toBe("accept");
  await use(used, 1, "80100001", planBytes);
  expect(await logIn(used, 1)).toBe("reject");
  expect(await logIn(running, 2)).toBe("accept");
  await use(running, 2, "80100002", 4_000_000);
  const sold = await shop.sell(1);
  expect(sold).toMatchObject({ status: 201, body: { outCents: 5000 } });
  expect(await logIn(sold.body.code, 3)).toBe("accept");
  await use(sold.body.code, 3, "80100003", planBytes);
  await until("the hub has heard it", shop.hubHasAll, waitMs);
  await kill();
  await rm(dataOf("data"), { recursive: true });

  await shop.start("data");
  const waiting = async () => (await shop.call("GET", `/sites/${shop.siteId}/readmissions`)).waiting;
  await until("it waits for a tap", async () => (await waiting()).length === 1, waitMs);
  expect(await logIn(used, 1)).toBe("reject");
  expect(await logIn(fresh, 4)).toBe("reject");
  const [{ readmissionId }] = await waiting();
  await shop.call("POST", `/sites/${shop.siteId}/readmissions/${readmissionId}/confirm`);
  await until("it serves again", shop.isServing, waitMs);
  await until("it is told", async () => (await shop.timesTold()) === 1, waitMs);
  expect([await logIn(used, 1), await logIn(used, 5), await logIn(sold.body.code, 6)]).toEqual([
    "reject",
    "reject",
    "reject",
  ]);
  expect(await logIn(running, 2)).toBe("accept");
  await use(running, 2, "80100004", 6_000_000);
  expect(await logIn(running, 2)).toBe("reject");
  // It was refused as unknown a moment ago, and in the router's own form a host tries again after five seconds.
  await until("the fresh code is accepted", async () => (await logIn(fresh, 4)) === "accept", waitMs);
  expect(await shop.sell(2)).toMatchObject({ status: 201, body: { outCents: 10_000 } });
  await until("the hub has heard it", shop.hubHasAll, waitMs);
  expect(await shop.usedBytes()).toEqual([0, planBytes, planBytes, planBytes]);
  expect(await shop.usedTwice()).toEqual([]);
}, 400_000);

test("[BEY-28] NO-AMNESIA: killed with -9, an older copy of its folder, the hub there: what was used since is used", async () => {
  const shop = await openShop("Copied");
  const [used, running, fresh] = shop.codes;
  await shop.start("data");
  await until("the site serves", shop.isServing, waitMs);
  expect(await logIn(running, 2)).toBe("accept");
  await use(running, 2, "80100002", 1_000_000);
  await kill();
  await copyData("data", "old");
  await shop.start("data");
  expect(await logIn(used, 1)).toBe("accept");
  await use(used, 1, "80100001", planBytes);
  expect(await logIn(running, 2)).toBe("accept");
  await use(running, 2, "80100003", 3_000_000);
  await until("the hub is reached", shop.isServing, waitMs);
  await until("the hub has heard it", shop.hubHasAll, waitMs);
  await kill();

  await shop.start("old");
  await until("it is told", async () => (await shop.timesTold()) === 1, waitMs);
  expect([await logIn(used, 1), await logIn(used, 5)]).toEqual(["reject", "reject"]);
  expect(await logIn(running, 2)).toBe("accept");
  await use(running, 2, "80100004", 6_000_000);
  expect(await logIn(running, 2)).toBe("reject");
  expect(await logIn(fresh, 4)).toBe("accept");
  await until("the hub has heard it", shop.hubHasAll, waitMs);
  expect(await shop.usedBytes()).toEqual([0, planBytes, planBytes]);
  expect(await shop.usedTwice()).toEqual([]);
}, 400_000);

test("[BEY-28] NO-AMNESIA: an older copy of its folder and the hub away: the router knows better, and codes are held until the hub has told", async () => {
  const shop = await openShop("Witnessed");
  const [used, running, fresh] = shop.codes;
  const router = await startRouterApi();
  await shop.start("data", router);
  await until("the site serves", shop.isServing, waitMs);
  expect(await logIn(running, 2)).toBe("accept");
  await kill();
  await copyData("data", "old");
  await shop.start("data", router);
  expect(await logIn(used, 1)).toBe("accept");
  await use(used, 1, "80100001", planBytes);
  await until("the hub is reached", shop.isServing, waitMs);
  await until("the hub has heard it", shop.hubHasAll, waitMs);
  await kill();
  // The mark of each start is at the router before its doors open.
  wire.cut(true);
  await shop.start("old", router);
  await until("it is held", shop.isHeld, waitMs);
  const codes = [used, running, fresh];
  for (const [index, code] of codes.entries()) expect([code, await logIn(code, index + 1)]).toEqual([code, "reject"]);
  // It holds after another power cut too.
  await kill();
  await shop.start("old", router);
  await until("it is held", shop.isHeld, waitMs);
  for (const [index, code] of codes.entries()) expect([code, await logIn(code, index + 1)]).toEqual([code, "reject"]);
  wire.cut(false);
  await until("it is told", async () => (await shop.timesTold()) === 1, waitMs);
  expect([await logIn(used, 1), await logIn(used, 5)]).toEqual(["reject", "reject"]);
  expect(await logIn(running, 2)).toBe("accept");
  expect(await logIn(fresh, 4)).toBe("accept");
  expect(await shop.usedTwice()).toEqual([]);
}, 400_000);

test("[BEY-28] NO-AMNESIA: an export is imported after the site went on, the hub away: codes are held, then told", async () => {
  const shop = await openShop("Exported");
  const [used, , fresh] = shop.codes;
  const passphrase = { KARIBU_STATE_PASSPHRASE: "a passphrase for a test" };
  await shop.start("data");
  await until("the site serves", shop.isServing, waitMs);
  await kill();
  const exported = await karibu(passphrase, "export-state", "--data", dataOf("data"), "--out", dataOf("state"));
  expect(exported.code, exported.complaints).toBe(0);
  await shop.start("data");
  expect(await logIn(used, 1)).toBe("accept");
  await use(used, 1, "80100001", planBytes);
  await until("the hub is reached", shop.isServing, waitMs);
  await until("the hub has heard it", shop.hubHasAll, waitMs);
  await kill();
  const imported = await karibu(passphrase, "import", "--data", dataOf("new"), dataOf("state"));
  expect(imported.code, imported.complaints).toBe(0);

  wire.cut(true);
  await shop.start("new");
  await until("it is held", shop.isHeld, waitMs);
  expect([await logIn(used, 5), await logIn(fresh, 4)]).toEqual(["reject", "reject"]);
  wire.cut(false);
  await until("it is told", async () => (await shop.timesTold()) === 1, waitMs);
  expect([await logIn(used, 5), await logIn(fresh, 4)]).toEqual(["reject", "accept"]);
  expect(await shop.usedTwice()).toEqual([]);
}, 400_000);

test("[BEY-28] [RTR-26] NO-AMNESIA: a site is moved beside the hub while it is held, and back: its codes give their plans once, wherever it runs", async () => {
  const shop = await openShop("Moved while held");
  const [used, running, fresh] = shop.codes;
  const router = await startRouterApi();
  await shop.start("data", router);
  await until("the site serves", shop.isServing, waitMs);
  await kill();
  await copyData("data", "old");
  await shop.start("data", router);
  expect(await logIn(used, 1)).toBe("accept");
  await use(used, 1, "80100001", planBytes);
  expect(await logIn(running, 2)).toBe("accept");
  await use(running, 2, "80100002", 4_000_000);
  await until("the hub is reached", shop.isServing, waitMs);
  await until("the hub has heard it", shop.hubHasAll, waitMs);
  await kill();
  wire.cut(true);
  await shop.start("old", router);
  await until("it is held", shop.isHeld, waitMs);
  expect(await logIn(fresh, 4)).toBe("reject");
  await kill();

  // An operator gives the site to a host: its folder there is empty.
  const made = await lab.call("POST", "/api/v1/platform/hosts", {
    token: await lab.adminToken(),
    body: { name: "host" },
  });
  agent = await startAgent({
    KARIBU_HOSTED: "1",
    KARIBU_DATA: dataOf("host"),
    KARIBU_HUB_URL: lab.url(),
    KARIBU_ENROL_TOKEN: made.body.enrolmentToken,
    KARIBU_INTERIM_FLUSH_SECONDS: "0",
  });
  const hostIsThere = async () => {
    const { body } = await lab.call("GET", "/api/v1/platform/hosts", { token: await lab.adminToken() });
    return body.items[0].state === "online";
  };
  await until("the host is there", hostIsThere, waitMs);
  await shop.call("PUT", `/sites/${shop.siteId}/tunnel`, {});
  // Where the tunnel would be is loopback.
  const address = "127.0.0.2";
  await lab
    .database()
    .asPlatform("test", (tx) =>
      tx.updateTable("wireguard_peers").set({ address }).where("siteId", "=", shop.siteId).execute(),
    );
  const { radiusSecret } = await shop.call("PUT", `/sites/${shop.siteId}/hosting`, { hosted: true });
  const own = nas;
  nas = await openNas(radiusSecret, every300Ms, address);
  try {
    await until("it serves there", shop.isServing, waitMs);
    await until("it is told there", async () => (await shop.timesTold()) === 1, waitMs);
    expect([await logIn(used, 1), await logIn(used, 5)]).toEqual(["reject", "reject"]);
    expect(await logIn(running, 2)).toBe("accept");
    await use(running, 2, "80100003", 6_000_000);
    expect(await logIn(running, 2)).toBe("reject");
    const usedThere = async () => (await shop.usedBytes()).reduce((sum, each) => sum + each, 0);
    await until("the hub has heard it", async () => (await usedThere()) === 2 * planBytes, waitMs);
  } finally {
    nas.close();
    nas = own;
  }
  await kill();

  // Back at the router, whose folder is still held.
  await shop.call("PUT", `/sites/${shop.siteId}/hosting`, { hosted: false });
  const { enrolmentToken } = await shop.call("POST", `/sites/${shop.siteId}/enrolment-token`);
  wire.cut(false);
  await shop.start("old", { ...router, KARIBU_ENROL_TOKEN: enrolmentToken });
  await until("it is told here", async () => (await shop.timesTold()) === 2, waitMs);
  expect([await logIn(used, 1), await logIn(running, 2), await logIn(running, 5)]).toEqual([
    "reject",
    "reject",
    "reject",
  ]);
  expect(await logIn(fresh, 4)).toBe("accept");
  await until("the hub has heard it", shop.hubHasAll, waitMs);
  expect(await shop.usedBytes()).toEqual([0, planBytes, planBytes]);
  expect(await shop.usedTwice()).toEqual([]);
}, 600_000);
