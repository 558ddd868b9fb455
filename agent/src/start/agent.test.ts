import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { Fault } from "@karibu/protocol/fault";
import { expect, test, vi } from "vitest";
import { logInRequest, reportOf, siteFileOf } from "../access/test-site.ts";
import type { Adapters } from "../ground/adapters.ts";
import type { RadiusOptions } from "../radius/server/radius-listener.ts";
import { openSessions } from "../state/site-state.ts";
import { type Agent, createAgent } from "./agent.ts";

const siteFile = siteFileOf({
  plans: [
    { name: "hour", validitySeconds: 3600, devices: 1 },
    { name: "data", dataBytes: 1_000_000, devices: 1, priceCents: 2000 },
  ],
  vouchers: [
    { code: "HOUR1", plan: "hour" },
    { code: "HOUR2", plan: "hour" },
    { code: "DATA1", plan: "data" },
  ],
  sellers: [{ name: "Njeri", pin: "4821" }],
});

function agentOf(
  world: SimulatedWorld,
  folder: FaultyFolder,
  rest: Partial<Adapters> = {},
  radius: RadiusOptions | null = null,
): Agent {
  const udp = { bind: () => Promise.reject(new Error("no network here")) };
  return createAgent(
    world,
    { folder, udp, dialHub: null, ...rest },
    { version: "1.0.0", radius, hub: null, siteFile, interimFlushSeconds: 0 },
  );
}

/** As a client on the router itself sees it. */
async function ownPage(agent: Agent, url: string): Promise<string> {
  const { body } = await agent.portal.handle({ method: "GET", url, headers: {}, body: "", address: "127.0.0.1" });
  return String(body);
}

async function healthOf(agent: Agent): Promise<{ status: number; checks: Record<string, string> }> {
  const answer = await agent.portal.handle({
    method: "GET",
    url: "/health",
    headers: {},
    body: "",
    address: "127.0.0.1",
  });
  return { status: answer.status, checks: JSON.parse(String(answer.body)).checks };
}

const phones = {
  HOUR1: { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.11" },
  HOUR2: { mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.12" },
  DATA1: { mac: "AA:BB:CC:DD:EE:03", address: "10.5.50.13" },
} as const;
type Code = keyof typeof phones;

/** Answers that somebody got. They must be true after any power cut. */
interface Answers {
  readonly accepted: Map<Code, number>;
  readonly started: Set<string>;
  readonly stopped: Map<string, number>;
  /** The highest counters of an acknowledged report of a session. */
  readonly charged: Map<string, number>;
  readonly sold: string[];
}

const sale = { saleId: "ab".repeat(16), seller: "njeri", pin: "4821", planKey: "file data" };

/** A short evening at a site; stops where the power does. */
async function evening(world: SimulatedWorld, agent: Agent, answers: Answers): Promise<void> {
  await agent.start();
  for (const [index, code] of (Object.keys(phones) as Code[]).entries()) {
    const host = phones[code];
    const sessionId = `80100${index}00`;
    const decision = agent.access.logIn(logInRequest(code, "", host));
    if (decision.kind !== "accept") throw new Error(`${code}: ${decision.reason}`);
    await decision.durable;
    const used = agent.state.grants.get(decision.grantId)?.grant;
    if (!answers.accepted.has(code)) answers.accepted.set(code, used?.endsAtMs ?? 0);
    await agent.access.account(reportOf("start", { user: code, sessionId, grantId: decision.grantId, ...host }));
    answers.started.add(sessionId);
    world.advance(60_000);
    await agent.access.account(
      reportOf("interim", { user: code, sessionId, grantId: decision.grantId, ...host, output: 1000, online: 60 }),
    );
    answers.charged.set(sessionId, 1000);
    if (code === "HOUR2") continue;
    await agent.access.account(
      reportOf("stop", { user: code, sessionId, grantId: decision.grantId, ...host, output: 5000, online: 60 }),
    );
    answers.stopped.set(sessionId, 5000);
    answers.charged.set(sessionId, 5000);
  }
  const sold = await agent.cash.sell(sale, { mac: null, address: null });
  if (sold.kind === "sold") answers.sold.push(sold.code);
  await agent.stop();
}

async function expectTrue(world: SimulatedWorld, folder: FaultyFolder, answers: Answers): Promise<void> {
  const agent = agentOf(world, folder);
  await agent.start();
  for (const [code, endsAtMs] of answers.accepted) {
    const grants = [...agent.state.grants.values()].map(({ grant }) => grant.endsAtMs ?? 0);
    expect(grants, code).toContain(endsAtMs);
  }
  const sessions = [...agent.state.sessions.values()];
  for (const sessionId of answers.started)
    expect(sessions.filter((one) => one.sessionId === sessionId)).toHaveLength(1);
  for (const [sessionId, used] of answers.stopped) {
    expect(sessions.find((one) => one.sessionId === sessionId)).toMatchObject({
      outputBytes: used,
      cause: "user-request",
    });
  }
  for (const [sessionId, charged] of answers.charged) {
    const { outputBytes = 0, grantId = null } = sessions.find((one) => one.sessionId === sessionId) ?? {};
    expect(outputBytes, sessionId).toBeGreaterThanOrEqual(charged);
    expect(agent.state.usage.get(grantId ?? "")?.bytes ?? 0, sessionId).toBe(outputBytes);
  }
  for (const [code, endsAtMs] of answers.accepted) {
    const again = agent.access.logIn(logInRequest(code, "", phones[code]));
    const secondsLeft = Math.floor((endsAtMs - world.clock.wall().atMs) / 1000);
    expect(again, code).toMatchObject({ kind: "accept" });
    if (again.kind !== "accept" || code === "DATA1") continue;
    expect(again.limits.sessionSeconds, code).toBe(secondsLeft);
  }
  if (answers.sold.length > 0) {
    expect(await agent.cash.sell(sale, { mac: null, address: null })).toMatchObject({
      code: answers.sold[0],
      outCents: 2000,
    });
  }
  await agent.stop();
}

test("[BEY-12] JOURNAL-KEPT, BYTES-KEPT, SAME-AGAIN: with the power cut at any operation of the disk, every answer that somebody got is true afterwards", async () => {
  for (let cutAt = 0; ; cutAt++) {
    const world = createSimulatedWorld(cutAt + 1);
    const folder = createFaultyFolder(world);
    const answers: Answers = {
      accepted: new Map(),
      started: new Set(),
      stopped: new Map(),
      charged: new Map(),
      sold: [],
    };
    folder.cutPowerAt(cutAt);
    const agent = agentOf(world, folder);
    const survived = await evening(world, agent, answers).then(
      () => folder.operations <= cutAt,
      () => false,
    );
    folder.reboot();
    await expectTrue(world, folder, answers);
    if (survived) return expect(cutAt).toBeGreaterThan(10);
  }
});

test("a voucher that was started before a power cut in 1970 continues, and no grant expires by the clock's error", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const first = agentOf(world, folder);
  await first.start();
  const decision = first.access.logIn(logInRequest("HOUR1", "", phones.HOUR1));
  if (decision.kind === "accept") await decision.durable;
  await first.stop();

  world.setWall(86_400_000, "unknown");
  const second = agentOf(world, folder);
  await second.start();
  expect(second.clock.wall().quality).toBe("estimated");
  expect(second.access.logIn(logInRequest("HOUR1", "", phones.HOUR1))).toMatchObject({
    kind: "accept",
    limits: { sessionSeconds: 3600 },
  });
  world.advance(1_800_000);
  expect(second.access.logIn(logInRequest("HOUR1", "", phones.HOUR1))).toMatchObject({
    limits: { sessionSeconds: 1800 },
  });
  await second.stop();
});

test("a grant started while the router believed in 1970 keeps its hour when the true time comes", async () => {
  const world = createSimulatedWorld();
  world.setWall(86_400_000, "unknown");
  const agent = agentOf(world, createFaultyFolder(world));
  await agent.start();
  agent.access.logIn(logInRequest("HOUR1", "", phones.HOUR1));
  world.advance(600_000);
  const trueMs = Date.UTC(2026, 10, 20, 12);
  world.setWall(trueMs, "estimated");
  world.advance(10_000);
  expect(agent.clock.wall().quality).toBe("synced");
  expect(agent.access.logIn(logInRequest("HOUR1", "", phones.HOUR1))).toMatchObject({
    limits: { sessionSeconds: 3600 - 610 },
  });
  await agent.stop();
});

test("[BEY-11] an unconfirmed date far ahead deletes nothing until it has lasted for a day", async () => {
  const world = createSimulatedWorld();
  const startMs = Date.UTC(2026, 10, 20, 12);
  const folder = createFaultyFolder(world);
  world.setWall(startMs, "synced");
  const before = agentOf(world, folder);
  await before.start();
  const decision = before.access.logIn(logInRequest("HOUR1", "", phones.HOUR1));
  if (decision.kind === "accept") await decision.durable;
  await before.stop();
  const agent = agentOf(world, folder);
  await agent.start();
  world.setWall(startMs + 40 * 24 * 3_600_000, "estimated");
  const pass = async (hours: number) => {
    for (let minute = 0; minute < hours * 60; minute++) {
      world.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve)); // the snapshot's timer is set again after promises
    }
  };
  await pass(23);
  expect(agent.clock.wall()).toMatchObject({
    quality: "estimated",
    atMs: expect.toSatisfy((atMs) => atMs < startMs + 24 * 3_600_000),
  });
  await pass(6);
  expect(agent.clock.wall()).toMatchObject({
    quality: "synced",
    atMs: expect.toSatisfy((atMs) => atMs > startMs + 40 * 24 * 3_600_000),
  });
  expect([...agent.state.grants.keys()]).toEqual([expect.stringMatching(/^v\.file\./)]);
  await pass(25);
  expect(agent.state.grants.size).toBe(0);
  expect(agent.access.logIn(logInRequest("HOUR1", "", phones.HOUR1))).toMatchObject({ reason: "expired" });
  await agent.stop();
});

test("on a full disk no new device is let in, online devices stay online, and the agent recovers when there is space", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const agent = agentOf(world, folder);
  await agent.start();
  const enter = async (code: Code) => {
    const decision = agent.access.logIn(logInRequest(code, "", phones[code]));
    if (decision.kind === "accept") await decision.durable;
    return decision.kind;
  };
  expect(await enter("HOUR1")).toBe("accept");
  folder.readOnly(true);
  await expect(enter("HOUR2")).rejects.toThrow();
  await expect(enter("DATA1")).rejects.toThrow("the disk refuses");
  expect(await enter("HOUR1")).toBe("accept");
  expect(await ownPage(agent, "/status")).toContain("The disk refuses");
  // It is only reported: a restart would lose what is served from memory.
  expect(await healthOf(agent)).toMatchObject({ status: 200, checks: { disk: "refuses" } });
  folder.readOnly(false);
  await expect
    .poll(() => {
      world.advance(1000);
      return enter("HOUR2").catch(() => "refused");
    })
    .toBe("accept");
  await agent.stop();
});

test("a taken RADIUS port is shown on the status page, and tried again", async () => {
  const world = createSimulatedWorld();
  let taken = true;
  const udp: Adapters["udp"] = {
    async bind({ port }) {
      if (taken) throw new Error(`bind EADDRINUSE 0.0.0.0:${port}`);
      return { port, send() {}, close: () => Promise.resolve() };
    },
  };
  const radius = { secret: "s3cret", authPort: 1812, acctPort: 1813, coaHost: "127.0.0.1", coaPort: 3799 };
  const options = { version: "1.0.0", radius, hub: null, siteFile, interimFlushSeconds: 60 };
  const agent = createAgent(world, { folder: createFaultyFolder(world), udp, dialHub: null }, options);
  await agent.start();
  expect(agent.radius()).toMatchObject({ kind: "failed", message: expect.stringContaining("1812") });
  expect(await healthOf(agent)).toMatchObject({ status: 503, checks: { radius: expect.stringContaining("1812") } });
  taken = false;
  world.advance(5000);
  await expect.poll(() => agent.radius().kind).toBe("listening");
  expect(await healthOf(agent)).toMatchObject({ status: 200, checks: { radius: "listening", disk: "ok" } });
  await agent.stop();
});

test("guests whom their router masquerades are told apart by its redirect, and each log-in is good at the guest's own address", async () => {
  const world = createSimulatedWorld();
  const udp: Adapters["udp"] = { bind: async ({ port }) => ({ port, send() {}, close: () => Promise.resolve() }) };
  const radius = { secret: "s3cret", authPort: 1812, acctPort: 1813, coaHost: "172.31.255.1", coaPort: 3799 };
  const options = { version: "1.0.0", radius, hub: null, siteFile, interimFlushSeconds: 60 };
  const agent = createAgent(world, { folder: createFaultyFolder(world), udp, dialHub: null }, options);
  await agent.start();
  for (const code of ["HOUR1", "HOUR2"] as const) {
    const { mac, address } = phones[code];
    const answer = await agent.portal.handle({
      method: "POST",
      url: "/api/vouchers/redeem",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code, mac, ip: address, login: "http://10.5.50.1/login" }),
      address: radius.coaHost,
    });
    const { logIn } = JSON.parse(String(answer.body));
    expect(logIn).toMatchObject({ kind: "post", url: "http://10.5.50.1/login" });
    expect(agent.access.logIn(logInRequest(logIn.username, logIn.password, { mac, address })).kind).toBe("accept");
  }
  await agent.stop();
});

test("[BEY-16] records that a bad stick lost are reported at the start: by the log, the doctor and a figure", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const before = agentOf(world, folder);
  await before.start();
  for (const code of Object.keys(phones) as Code[]) {
    const decision = before.access.logIn(logInRequest(code, "", phones[code]));
    if (decision.kind === "accept") await decision.durable;
  }
  await before.stop();
  const [segment] = (await folder.list("journal")).filter((name) => name.endsWith(".log"));
  folder.damage(segment ?? "", 200, Buffer.from("XXXX"));

  const agent = agentOf(world, folder);
  await agent.start();
  const warned = world.logged.filter(({ level }) => level === "warn").map(({ event }) => event);
  expect(warned).toEqual(expect.arrayContaining(["journal-damaged", "store-damaged"]));
  const metrics = await ownPage(agent, "/metrics");
  expect(metrics).toMatch(/^karibu_journal_lost_records 1$/m);
  expect(metrics).toMatch(/^karibu_store_damaged_files 1$/m);
  const { findings } = JSON.parse(await ownPage(agent, "/doctor"));
  expect(findings).toContainEqual(
    expect.objectContaining({
      check: "store/damaged",
      grade: "wrong",
      text: expect.stringContaining("1 record of the journal is lost"),
    }),
  );
  await agent.stop();
});

test("[BEY-16] a refused enrolment token is named, with what to do, on the status page and by the doctor", async () => {
  const world = createSimulatedWorld();
  const agent = createAgent(
    world,
    {
      folder: createFaultyFolder(world),
      udp: { bind: () => Promise.reject(new Error("no network here")) },
      dialHub: () => Promise.reject(new Error("not enrolled, so never dialled")),
      post: async () => ({ status: 403, body: { detail: "forbidden" } }),
    },
    {
      version: "1.0.0",
      radius: null,
      siteFile: null,
      interimFlushSeconds: 0,
      hub: { url: "https://hub.example", enrolToken: "used-before" },
    },
  );
  await agent.start();
  await expect.poll(() => ownPage(agent, "/status")).toContain("refused the enrolment token");
  const { items } = JSON.parse(await ownPage(agent, "/status"));
  const [hub] = items.filter(({ name }: { name: string }) => name === "Hub");
  expect(hub).toMatchObject({
    state: "wrong",
    text: expect.stringMatching(/used before.*older than 24 hours.*new one/),
  });
  const { findings } = JSON.parse(await ownPage(agent, "/doctor"));
  const [finding] = findings.filter(({ check }: { check: string }) => check === "hub-enrolment");
  expect(finding).toMatchObject({ grade: "wrong", text: hub.text, advice: expect.stringContaining("setup.rsc") });
  await agent.stop();
});

test("the portal redeems a code and shows what is left, without any socket", async () => {
  const world = createSimulatedWorld();
  const agent = agentOf(world, createFaultyFolder(world));
  await agent.start();
  const redeemed = await agent.portal.handle({
    method: "POST",
    url: "/api/vouchers/redeem",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: "data-1", login: "http://10.5.50.1/login", ip: "10.5.50.13" }),
    address: "10.5.50.13",
  });
  expect(JSON.parse(String(redeemed.body))).toMatchObject({ planName: "data", logIn: { kind: "post" } });
  await agent.stop();
});

test("[BEY-13] [RAD-04] the bytes written to flash in a day and the last log-ins are published, without codes", async () => {
  const world = createSimulatedWorld();
  const agent = agentOf(world, createFaultyFolder(world));
  await agent.start();
  const decision = agent.access.logIn(logInRequest("HOUR1", "", phones.HOUR1));
  if (decision.kind === "accept") await decision.durable;
  agent.access.logIn(logInRequest("GUESS", "", phones.HOUR2));
  const get = async (url: string, accept = "*/*", address = "127.0.0.1") => {
    const { body } = await agent.portal.handle({ method: "GET", url, headers: { accept }, body: "", address });
    return String(body);
  };
  const [, written] = /^karibu_flash_written_bytes_total (\d+)$/m.exec(await get("/metrics")) ?? [];
  expect(Number(written)).toBeGreaterThanOrEqual(4096);
  expect(Number(written) % 4096).toBe(0);
  const { logIns } = JSON.parse(await get("/status"));
  expect(logIns).toMatchObject([{ outcome: "unknown-user" }, { outcome: "accept", by: "voucher" }]);
  const page = await get("/status", "text/html");
  expect(page).toContain("Last log-ins");
  expect(page).not.toMatch(/HOUR1|GUESS|AA:BB/);
  await agent.stop();
});

test("[BEY-28] where the part that serves RADIUS over TLS is damaged, the site starts and serves all others", async () => {
  vi.doMock("../radius/radsec/radsec-server.ts", () => {
    throw new Fault("part/damaged", "radsec-server.js is not what was built", { retry: "never" });
  });
  try {
    const world = createSimulatedWorld();
    const bound: number[] = [];
    const agent = createAgent(
      world,
      {
        folder: createFaultyFolder(world),
        udp: {
          async bind({ port }) {
            bound.push(port);
            return { port, send: () => {}, close: async () => {} };
          },
        },
        radiusStreams: { asksForCertificate: false, open: () => Promise.reject(new Error("nobody listens")) },
        dialHub: null,
      },
      {
        version: "1.0.0",
        radius: { secret: "testing123", authPort: 1812, acctPort: 1813, coaHost: "127.0.0.1", coaPort: 3799 },
        hub: null,
        siteFile,
        interimFlushSeconds: 0,
      },
    );
    await agent.start();
    expect(bound).toEqual(expect.arrayContaining([1812, 1813]));
    const said = world.logged.filter(({ event }) => event === "radsec-not-loaded");
    expect(said).toHaveLength(1);
    await agent.stop();
  } finally {
    vi.doUnmock("../radius/radsec/radsec-server.ts");
  }
});

test.each([
  ["one router: its sessions are gone with it", ["10.5.50.1#lobby", "10.5.50.1#lobby"], 0],
  ["several routers: nobody knows which of them began anew", ["10.5.50.1#lobby", "10.5.60.1#garden"], 2],
  ["a further router, listed by its address, where all guests are: it did not begin anew", ["10.0.0.2", "10.0.0.2"], 2],
  ["guests at both: those of the listed one go on", ["10.5.50.1#lobby", "10.0.0.2/10.6.0.1"], 1],
] as const)("[RAD-08] an agent whose machine began anew, at a site with %s", async (_, routers, stay) => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const startAt = async (bootId: string): Promise<Agent> => {
    const rest = { bootId, uptimeMs: () => 1000 + world.clock.monotonicMs() };
    const agent = agentOf(world, folder, rest, {
      ...{ secret: "testing123", authPort: 1812, acctPort: 1813, coaHost: "172.31.255.1", coaPort: 3799 },
      clients: ["172.31.255.1", "10.0.0.2"].map((range) => ({
        range,
        secret: "testing123",
        requireMessageAuthenticator: true,
      })),
    });
    await agent.start();
    return agent;
  };
  const before = await startAt("first");
  for (const [index, code] of (["HOUR1", "HOUR2"] as const).entries()) {
    const decision = before.access.logIn(logInRequest(code, "", phones[code]));
    if (decision.kind !== "accept") throw new Error(decision.reason);
    const where = { router: routers[index] as string, sessionId: `8010000${index}`, grantId: decision.grantId };
    await before.access.account(reportOf("start", { user: code, ...where, ...phones[code] }));
  }
  await before.stop();
  const after = await startAt("second");
  expect(openSessions(after.state)).toHaveLength(stay);
  await after.stop();
});
