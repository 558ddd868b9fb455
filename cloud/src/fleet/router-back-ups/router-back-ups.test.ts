import { Fault } from "@karibu/protocol/fault";
import { sha256Hex, sha512Hex } from "@karibu/protocol/hash";
import { backUpSum } from "@karibu/protocol/router/back-up-sum";
import { type BackUpPart, backUpPieceBytes } from "@karibu/protocol/rpc/router/router-back-ups";
import { longTest } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { createEmit } from "../../ground/events/record.ts";
import { createSweeps } from "../../ground/sweeps/sweeps.ts";
import { askerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { playProcess } from "../link/test-processes.ts";
import { linkRow } from "../routers/test-linked-sites.ts";
import { readRotation } from "../secret-rotation/rotation-rows.ts";
import { sealSecrets } from "../set-up/script-secrets.ts";
import { boardFacts, choicesFor } from "../set-up/test-set-up-router.ts";
import { keepBackUp, orderBackUp, type Taken, takeBackUps } from "./back-up-store.ts";
import { createBackUpWorker } from "./back-up-worker.ts";

const hub = useHub(anyEngine);
const password = "k".repeat(48);
const processId = "the-test's-process";
const exportOf = (more = "") =>
  `# 2026-11-22 by RouterOS 7.22\n/ip pool add name=guests ranges=10.0.0.2-10.0.0.9\n${more}`;

let provider: TestProvider;
let sites = 0;
beforeAll(async () => {
  provider = await hub.makeProvider("Harbour Nets");
});

/** What a site tells of its files. */
const toldFiles = (
  { files, key }: { readonly files: Readonly<Record<BackUpPart, Buffer>>; readonly key: string },
  parts: readonly BackUpPart[],
) =>
  parts.map((part) => {
    const file = files[part];
    const sum = backUpSum(file);
    const mark = part === "binary" ? { mark: sha512Hex(`${key}:${sum}`) } : {};
    return { part, bytes: file.length, sha256: sha256Hex(file), sum, ...mark };
  });

type Lie = "shorter" | "longer" | "changed" | "rewritten";

/** A site with its agent, as the hub hears it, and a worker of the hub that reaches it. */
async function open({ hasKey = true } = {}) {
  const { providerId } = provider;
  const name = `Site ${++sites}`;
  const made = await hub.call("POST", "/api/v1/sites", { token: provider.token, body: { name } });
  const siteId: string = made.body.site.siteId;
  await hub.database().asPlatform("test", (tx) => playProcess(tx, processId));
  await hub.database().asProvider(providerId, async (tx) => {
    await tx
      .insertInto("site_links")
      .values(linkRow({ providerId, siteId, processId }))
      .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet({ processId }))
      .execute();
    if (!hasKey) return;
    const secrets = { enrolToken: "t", radiusSecret: "r", apiPassword: "a", backUpKey: password };
    await tx
      .insertInto("site_scripts")
      .values({
        providerId,
        siteId,
        serial: boardFacts.serial,
        madeAtMs: 1,
        facts: json(boardFacts) as never,
        choices: json(choicesFor) as never,
        ...sealSecrets(hub.envelope, { providerId, siteId }, secrets),
      })
      .execute();
  });
  const site = {
    files: { binary: Buffer.alloc(70_000, 7), export: Buffer.from(exportOf()) } as Record<BackUpPart, Buffer>,
    router: { board: "RB5009UG+S+", version: "7.22 (stable)", serial: "HF1" },
    key: password,
    lie: null as Lie | null,
    /** Calls that find the site away, from the next one on. */
    awayFor: 0,
    /** The agent started anew so many times while it was read. */
    forgets: 0,
    refuses: null as string | null,
    /** Called before each piece. */
    beforePiece: async () => {},
    log: [] as Record<string, string>[],
    uptime: "1w2d",
    calls: [] as string[],
    restores: [] as { ticket: string; mark: string }[],
    nonces: new Set<string>(),
  };
  const away = () => new Fault("site/away", "the site is not connected", { retry: "later" });
  const callSite = (async (_siteId: string, { method }: { method: string }, params: never) => {
    site.calls.push(method);
    if (site.awayFor > 0) {
      site.awayFor--;
      throw away();
    }
    const { nonce, part, offsetBytes, parts } = params as {
      nonce: string;
      part: BackUpPart;
      offsetBytes: number;
      parts: BackUpPart[];
    };
    if (method === "back-up-router") {
      if (site.refuses !== null) return { kind: "refused", why: site.refuses };
      if (!site.nonces.has(nonce)) {
        site.nonces.add(nonce);
        return { kind: "running" };
      }
      const files = toldFiles(site, parts);
      if (site.lie === "rewritten") {
        // A whole other file with digests that fit: only the mark can tell.
        site.files.binary = Buffer.alloc(70_000, 9);
        const sum = backUpSum(site.files.binary);
        Object.assign(files[0] ?? {}, { sha256: sha256Hex(site.files.binary), sum });
      }
      return { kind: "done", files, router: site.router };
    }
    if (method === "restore-router") {
      if (site.refuses !== null) return { kind: "refused", why: site.refuses };
      site.restores.push(params as never);
      if (site.restores.length === 1) return { kind: "running" };
      throw away();
    }
    await site.beforePiece();
    if (site.forgets > 0 && offsetBytes > 0) {
      site.forgets--;
      return { kind: "gone", piece: "" };
    }
    const piece = Buffer.from(site.files[part].subarray(offsetBytes, offsetBytes + backUpPieceBytes));
    if (site.lie === "changed" && offsetBytes > 0) piece[3] = (piece[3] ?? 0) ^ 1;
    const told =
      site.lie === "shorter" ? piece.subarray(1) : site.lie === "longer" ? Buffer.concat([piece, piece]) : piece;
    return { kind: "piece", piece: told.toString("base64") };
  }) as unknown as CallSite;
  const reader = {
    async ask(_siteId: string, view: string) {
      if (site.awayFor > 0) throw away();
      const rows = view === "logs" ? site.log : [{ uptime: site.uptime }];
      return { isHere: true, rows, total: rows.length, readAtMs: 0 };
    },
  };
  let aheadMs = 60_000;
  // A second of waiting is a millisecond; the wall clock is ahead of the hub's own worker, so that this one alone takes the work.
  const { clock } = hub.world;
  const world: World = {
    ...hub.world,
    clock: {
      monotonicMs: () => clock.monotonicMs() * 1000,
      wall: () => ({ ...clock.wall(), atMs: (clock.wall().atMs + aheadMs) as never }),
      after: (ms, task) => clock.after(ms / 1000, task),
    },
  };
  const worker = createBackUpWorker(world, {
    ...{
      world,
      envelope: hub.envelope,
      emit: createEmit(world),
      database: hub.database(),
      callSite,
      reader,
      sweeps: createSweeps(world, hub.database()),
      processId,
    },
  });
  onTestFinished(() => worker.stop());
  const path = `/api/v1/routers/${siteId}`;
  const api = (method: string, to: string, body?: object) =>
    hub.call(method, `${path}${to}`, { token: provider.token, ...(body === undefined ? {} : { body }) });
  const work = async () => {
    await worker.look();
    await worker.settled();
  };
  return {
    site,
    siteId,
    name,
    api,
    work,
    pass: (ms: number) => {
      aheadMs += ms;
    },
    async backUp() {
      const ordered = await api("POST", "/back-ups", {});
      expect(ordered.status, ordered.text).toBe(202);
      await work();
      const { items } = (await api("GET", "/back-ups")).body;
      return items.find((each: { backUpId: string }) => each.backUpId === ordered.body.backUpId);
    },
    restores: async () => (await api("GET", "/restores")).body.items,
  };
}

describe("back-ups", () => {
  test("[RTR-10] a back-up is ordered, made, fetched, judged and kept; its file comes back byte for byte, its text without secrets", async () => {
    const { api, backUp, site } = await open();
    site.files.export = Buffer.from(exportOf('/ppp secret add name=a password=s3cret comment="pass: hunter22"\n'));
    const kept = await backUp();
    expect(kept).toMatchObject({
      state: "done",
      binaryBytes: 70_000,
      orderedBy: expect.any(String),
      differences: null,
      version: "7.22 (stable)",
    });
    const binary = await api("GET", `/back-ups/${kept.backUpId}/binary`);
    expect([binary.status, binary.text.length, binary.headers.get("cache-control")]).toEqual([200, 70_000, "no-store"]);
    expect((await api("GET", `/back-ups/${kept.backUpId}/password`)).body).toEqual({ password });
    const text = await api("GET", `/back-ups/${kept.backUpId}/export`);
    expect(text.text).toContain("/ip pool add name=guests");
    expect(text.text).not.toMatch(/s3cret|hunter22/);
    const rows = await hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.selectFrom("router_back_up_files").selectAll().where("backUpId", "=", kept.backUpId).execute(),
      );
    for (const { content } of rows) expect(Buffer.from(content).includes("guests")).toBe(false);
  });

  test("[RTR-10] a cut link goes on at the same byte; an agent that started anew makes it once more", async () => {
    const { site, backUp, pass, work, api } = await open();
    site.awayFor = 0;
    site.forgets = 1;
    const first = await backUp();
    expect(first.state).toBe("waiting");
    pass(60_000);
    await work();
    expect((await api("GET", "/back-ups")).body.items[0]).toMatchObject({ state: "done" });
    expect(site.nonces.size).toBe(2);
  });

  test.each([
    ["the site forgot it", { forgets: 1, lie: null }],
    ["it is refused", { forgets: 0, lie: "shorter" }],
    ["it came whole", { forgets: 0, lie: null }],
  ] as const)(
    "[RTR-10] what a process that had lost the database finds too late (%s) changes nothing of the back-up that another one has kept since",
    async (_, found) => {
      const { providerId } = provider;
      const { site, siteId, backUp, api, work, pass } = await open();
      site.beforePiece = async () => {
        site.beforePiece = async () => {};
        const told = toldFiles(site, ["binary", "export"]);
        const files = new Map(Object.entries(site.files) as [BackUpPart, Buffer][]);
        await hub.database().asPlatform("test", async (tx) => {
          await playProcess(tx, "another");
          await tx.updateTable("site_links").set({ processId: "another" }).where("siteId", "=", siteId).execute();
        });
        const parts = { world: hub.world, envelope: hub.envelope, emit: createEmit(hub.world) };
        // Later than the worker holds it, which it does anew all the time.
        const nowMs = hub.world.clock.wall().atMs + 600_000;
        const [taken] = await hub.database().asPlatform("test", (tx) => takeBackUps(tx, "another", nowMs, 1));
        await hub
          .database()
          .asProvider(providerId, (tx) =>
            keepBackUp(
              parts,
              tx,
              taken as Taken,
              { kind: "done", files, told, router: site.router },
              { password, differences: null, causes: [] },
            ),
          );
        Object.assign(site, found);
      };
      const kept = await backUp();
      expect(kept).toMatchObject({ state: "done", binaryBytes: 70_000, why: null });
      pass(120_000);
      await work();
      expect((await api("GET", "/back-ups")).body.items).toMatchObject([{ state: "done", endedAtMs: kept.endedAtMs }]);
      expect((await api("GET", `/back-ups/${kept.backUpId}/binary`)).status).toBe(200);
    },
  );

  test.each([
    ["shorter", /shorter or longer/],
    ["longer", /shorter or longer/],
    ["changed", /Other bytes/],
    ["rewritten", /this router's mark/],
  ] as const)("[RTR-10] pieces that are %s are found, and nothing is kept", async (lie, why) => {
    const { site, backUp } = await open();
    site.lie = lie;
    expect(await backUp()).toMatchObject({ state: "failed", why: expect.stringMatching(why), binaryBytes: 0 });
  });

  test("[RTR-10] what the router refuses is said in its words; a site whose password nobody knows gives its text alone", async () => {
    const one = await open();
    one.site.refuses = "not enough permissions (9)";
    expect(await one.backUp()).toMatchObject({ state: "failed", why: "not enough permissions (9)" });
    const { backUp, api } = await open({ hasKey: false });
    const kept = await backUp();
    expect(kept).toMatchObject({ state: "done", binaryBytes: 0, exportBytes: exportOf().length });
    expect((await api("GET", `/back-ups/${kept.backUpId}/binary`)).status).toBe(409);
    expect((await api("POST", "/restores", { backUpId: kept.backUpId, siteName: "x" })).status).toBe(422);
  });

  test("[RTR-12] the history tells what differs and who is known to have changed it; hostile text stays text", async () => {
    const { site, backUp, api } = await open();
    site.log = [{ time: "09:00:01", topics: "system,info", message: "old rule changed by admin" }];
    await backUp();
    const hostile = `<script>alert(1)</script>\u202e=HYPERLINK("x")`;
    site.files.export = Buffer.from(exportOf(`/ip firewall filter add chain=input comment="${hostile}"\n`));
    site.log.push(
      {
        time: "10:00:00",
        topics: "system,info",
        message: "filter rule added by tcp-msg(winbox):juma@192.0.2.9/action:1",
      },
      { time: "10:00:01", topics: "system,info", message: "item changed by api:karibu-agent@172.31.255.2" },
    );
    const kept = await backUp();
    expect(kept).toMatchObject({ differences: 1 });
    expect(kept.causes).toEqual([
      { time: "10:00:00", by: "juma", at: "router", via: "winbox", what: "filter rule added" },
    ]);
    const { body } = await api("GET", `/back-ups/${kept.backUpId}/differences`);
    expect(body).toMatchObject({ total: 1, items: [{ kind: "added", menu: "/ip firewall filter" }] });
    expect(body.items[0].line).toContain("<script>");
    expect(body.items[0].line).not.toContain("\u202e");
  });

  test("[RTR-21] by schedule each site has its turn once a day, the oldest go, and only an owner sets it", async () => {
    provider = await hub.makeProvider("Nightly Nets");
    const { site, work, pass, api } = await open();
    const put = (body: object, token = provider.token) =>
      hub.call("PUT", "/api/v1/router-back-up-schedule", { token, body });
    expect((await put({ every: "day", kept: 2 })).status).toBe(200);
    for (let day = 0; day < 4; day++) {
      pass(86_400_000);
      await work();
    }
    const { items } = (await api("GET", "/back-ups")).body;
    expect(items.map((each: { cause: string; state: string }) => `${each.cause} ${each.state}`)).toEqual([
      "schedule done",
      "schedule done",
    ]);
    expect(site.nonces.size).toBe(4);
    await put({ every: "off", kept: 20 });
    pass(86_400_000);
    await work();
    expect(site.nonces.size).toBe(4);
    const body = { email: "m@nets.test", name: "M", role: "manager", password: "some-long-password" };
    await hub.call("POST", "/api/v1/users", { token: provider.token, body });
    expect((await put({ every: "day", kept: 2 }, await hub.logIn(body.email, body.password))).status).toBe(403);
  });

  test("[RTR-21] [RTR-22] what was ordered and kept while the hub's clock was ahead puts no back-up off, nor the alarm that there is none", async () => {
    provider = await hub.makeProvider("Ahead Nets");
    const { site, work, pass } = await open();
    const call = askerOf(hub, () => provider.token);
    const run = (write: (tx: Tx) => Promise<unknown>) => hub.database().asProvider(provider.providerId, write);
    expect((await call("PUT", "/router-back-up-schedule", { every: "day", kept: 20 })).status).toBe(200);
    pass(1000 * 86_400_000);
    await work();
    expect(site.nonces.size).toBe(1);
    const agoMs = hub.world.clock.wall().atMs - 10 * 86_400_000;
    await run((tx) => tx.updateTable("router_back_up_schedules").set({ changedAtMs: agoMs }).execute());
    await run((tx) => tx.updateTable("sites").set({ createdAtMs: agoMs }).execute());
    expect((await call("GET", "/alarms?kind=router-back-up-late")).body.items).toHaveLength(1);
    pass(-1000 * 86_400_000);
    await work();
    expect(site.nonces.size, "its day is over").toBe(2);
    await work();
    expect(site.nonces.size, "once").toBe(2);
    expect((await call("GET", "/alarms?kind=router-back-up-late")).body.items).toEqual([]);
    pass(86_400_000);
    await work();
    expect(site.nonces.size).toBe(3);
    // The workers of other tests look at all sites.
    await call("PUT", "/router-back-up-schedule", { every: "off", kept: 20 });
  });

  test("[RTR-10] [RTR-11] a back-up and a restore that were under way when the hub's clock was set back from ahead come to their end, and hold up no other", async () => {
    provider = await hub.makeProvider("Set back Nets");
    const { site, name, backUp, work, pass, api, restores } = await open();
    const kept = await backUp();
    const call = askerOf(hub, () => provider.token);
    await call("PUT", "/router-back-up-schedule", { every: "day", kept: 20 });
    pass(1000 * 86_400_000);
    site.awayFor = 1;
    await work();
    const newest = async () => (await api("GET", "/back-ups")).body.items[0];
    const waiting = await newest();
    expect(waiting).toMatchObject({ cause: "schedule", state: "waiting" });
    pass(-1000 * 86_400_000);
    await call("PUT", "/router-back-up-schedule", { every: "off", kept: 20 });
    await work();
    expect(await newest()).toMatchObject({ backUpId: waiting.backUpId, state: "done" });

    const ordered = await api("POST", "/restores", { backUpId: kept.backUpId, siteName: name });
    expect(ordered.status, ordered.text).toBe(202);
    await work();
    pass(20_000);
    await work();
    expect((await restores())[0].state).toBe("restarting");
    const aheadMs = hub.world.clock.wall().atMs + 1000 * 86_400_000;
    await hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.updateTable("router_restores").set({ nextAtMs: aheadMs, heldUntilMs: aheadMs }).execute(),
      );
    site.uptime = "10s";
    pass(20_000);
    await work();
    expect((await restores())[0].state).toBe("back");
  });

  longTest(
    "[RTR-21] [RTR-22] one that failed is tried again within hours, a site has its own schedule, and where nothing is kept for long an alarm says so",
    async () => {
      provider = await hub.makeProvider("Weekly Nets");
      const { site, siteId, work, pass, api } = await open();
      const call = askerOf(hub, () => provider.token);
      const window = { fromMinute: 0, untilMinute: 0 };
      expect((await call("PUT", "/router-back-up-schedule", { every: "week", kept: 5, window })).body).toMatchObject({
        window,
      });
      expect((await call("GET", "/router-back-up-schedule")).body).toEqual({ every: "week", kept: 5, window });
      const own = async () => (await api("GET", "/back-up-schedule")).body;
      expect(await own()).toMatchObject({
        every: "week",
        own: null,
        failures: 0,
        keptAtMs: null,
        nextAtMs: expect.any(Number),
      });

      site.refuses = "not enough permissions (9)";
      pass(7 * 86_400_000);
      await work();
      expect(await own()).toMatchObject({ failures: 1 });
      pass(30 * 60_000);
      await work();
      expect((await api("GET", "/back-ups")).body.items).toHaveLength(1);
      pass(31 * 60_000);
      await work();
      expect(await own()).toMatchObject({ failures: 2 });
      site.refuses = null;
      pass(2 * 3_600_000);
      await work();
      const kept = await own();
      expect(kept).toMatchObject({ failures: 0, keptAtMs: expect.any(Number) });
      expect((await api("GET", "/back-ups?state=done")).body.items).toHaveLength(1);
      expect((await api("GET", "/back-ups?state=failed&cause=schedule")).body.items).toHaveLength(2);
      expect((await api("GET", "/back-ups?cause=person")).body.items).toEqual([]);

      // An hour later nothing; with a day of its own the next one comes within a day.
      pass(3_600_000);
      await work();
      expect(site.nonces.size).toBe(1);
      const atOnce = await Promise.all(
        Array.from({ length: 8 }, () => api("PUT", "/back-up-schedule", { own: "day" })),
      );
      expect(atOnce.map(({ status }) => status)).toEqual(Array(8).fill(200));
      expect((await api("PUT", "/back-up-schedule", { own: "day" })).body).toMatchObject({ every: "day", own: "day" });
      const ahead = (await own()).nextAtMs - kept.keptAtMs;
      expect(ahead).toBeLessThan(2 * 86_400_000);
      pass(2 * 86_400_000);
      await work();
      expect(site.nonces.size).toBe(2);
      expect((await api("PUT", "/back-up-schedule", { own: "off" })).body).toMatchObject({
        every: "off",
        nextAtMs: null,
      });
      pass(15 * 86_400_000);
      await work();
      expect(site.nonces.size).toBe(2);

      const alarms = async () => (await call("GET", "/alarms?kind=router-back-up-late")).body.items;
      expect(await alarms()).toEqual([]);
      await api("PUT", "/back-up-schedule", { own: "day" });
      const run = (work: (tx: Tx) => Promise<unknown>) => hub.database().asProvider(provider.providerId, work);
      const agoMs = hub.world.clock.wall().atMs - 10 * 86_400_000;
      await run((tx) => tx.updateTable("router_back_ups").set({ endedAtMs: agoMs }).execute());
      expect(await alarms(), "it was switched on a moment ago").toEqual([]);
      await run((tx) => tx.updateTable("router_back_up_site_schedules").set({ changedAtMs: agoMs }).execute());
      await run((tx) => tx.updateTable("sites").set({ createdAtMs: agoMs }).execute());
      expect(await alarms()).toMatchObject([{ siteId, severity: "notice", atMs: agoMs + 3 * 86_400_000 }]);
      await run((tx) => tx.updateTable("site_links").set({ processId: null }).execute());
      expect(await alarms(), "a silent site has its own alarm").toEqual([]);
      expect((await call("PUT", `/routers/${siteId}/back-up-schedule`, { own: "hour" })).status).toBe(400);
    },
  );

  longTest(
    "[RTR-21] the routers of many sites are backed up by one tap; another provider's site is none of them",
    async () => {
      provider = await hub.makeProvider("Many Nets");
      const [one, two] = [await open(), await open()];
      const post = (siteIds: readonly string[], token = provider.token) =>
        hub.call("POST", "/api/v1/router-back-ups", { token, body: { siteIds } });
      const ordered = await post([one.siteId, two.siteId, one.siteId]);
      expect([ordered.status, ordered.body]).toEqual([202, { ordered: 2 }]);
      await one.work();
      await two.work();
      for (const { api } of [one, two])
        expect((await api("GET", "/back-ups")).body.items).toMatchObject([{ cause: "person" }]);
      const stranger = await hub.makeProvider("Strange Nets");
      expect((await post([one.siteId], stranger.token)).status).toBe(404);
    },
  );

  test("[RTR-21] [RTR-11] a provider with many sites keeps neither another one's back-up waiting, nor what a restore of its own waits for", async () => {
    provider = await hub.makeProvider("Huge Nets");
    const { providerId } = provider;
    const [one, two, last] = [await open(), await open(), await open()];
    const order = (by: TestProvider, siteIds: readonly string[]) =>
      hub.call("POST", "/api/v1/router-back-ups", { token: by.token, body: { siteIds } });
    expect((await order(provider, [one.siteId, two.siteId, last.siteId])).status).toBe(202);
    // One that waits already becomes what the restore waits for.
    const parts = { world: hub.world, emit: createEmit(hub.world) };
    await hub
      .database()
      .asProvider(providerId, (tx) =>
        orderBackUp(parts, tx, { providerId, siteId: last.siteId }, { cause: "before-restore", by: null }),
      );
    provider = await hub.makeProvider("Late Nets");
    const other = await open();
    expect((await order(provider, [other.siteId])).status).toBe(202);
    const nowMs = hub.world.clock.wall().atMs + 1000;
    const siteIds = [one, two, last, other].map(({ siteId }) => siteId);
    const take = () =>
      hub.database().asPlatform("test", async (tx) => {
        await playProcess(tx, "fair");
        await tx.updateTable("site_links").set({ processId: "fair" }).where("siteId", "in", siteIds).execute();
        return (await takeBackUps(tx, "fair", nowMs, 2)).map(({ siteId }) => siteId);
      });
    expect(new Set(await take())).toEqual(new Set([last.siteId, other.siteId]));
    // They stay for as long as the last of many may take.
    expect(new Set(await take())).toEqual(new Set([one.siteId, two.siteId]));
    const { expiresAtMs } = await hub
      .database()
      .asProvider(providerId, (tx) =>
        tx
          .selectFrom("router_back_ups")
          .select("expiresAtMs")
          .where("siteId", "=", one.siteId)
          .executeTakeFirstOrThrow(),
      );
    expect(expiresAtMs).toBeGreaterThan(nowMs + 12 * 3_600_000);
  });

  test("[SYS-25] the room of a provider is counted in bytes, and a back-up beyond it says so", async () => {
    const { backUp } = await open();
    const path = `/api/v1/providers/${provider.providerId}/quotas`;
    const set = async (limit: number | null) =>
      hub.call("PATCH", path, { token: await hub.adminToken(), body: { "router-back-up-bytes": limit } });
    expect((await set(1000)).status).toBe(200);
    expect(await backUp()).toMatchObject({ state: "failed", why: expect.stringMatching(/Quota/) });
    await set(null);
    expect(await backUp()).toMatchObject({ state: "done" });
  });
});

describe("restore", () => {
  test.each(["7.31.1", "7.25", "7.20.1", "8.0"])(
    "[RTR-30] an upgrade to RouterOS %s, for which there are no scripts here, is refused",
    async (version) => {
      const { siteId } = await open();
      const refused = await hub.call("POST", "/api/v1/router-upgrades", {
        token: provider.token,
        body: { siteIds: [siteId], channel: "stable", version },
      });
      expect([refused.status, refused.body.code, refused.body.field], refused.text).toEqual([
        422,
        "upgrade-unknown",
        "version",
      ]);
    },
  );

  test("[RTR-11] [RTR-30] a restore, an upgrade and a restart of one router exclude each other, and a site is in one upgrade at a time", async () => {
    const { siteId, name, api, backUp, work, pass } = await open();
    const { backUpId } = await backUp();
    const upgrade = () =>
      hub.call("POST", "/api/v1/router-upgrades", {
        token: provider.token,
        body: { siteIds: [siteId], channel: "stable", version: "7.24.2" },
      });
    const restart = () => api("POST", "/orders", { action: { kind: "reboot" } });
    expect((await api("POST", "/restores", { backUpId, siteName: name })).status).toBe(202);
    expect(await upgrade()).toMatchObject({ status: 409, body: { code: "router-busy" } });
    expect(await restart()).toMatchObject({ status: 409, body: { code: "router-busy" } });
    await work();
    pass(20_000);
    await work();
    expect(await restart()).toMatchObject({ status: 409, body: { code: "router-busy" } });
    await hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.updateTable("router_restores").set({ state: "back" }).where("siteId", "=", siteId).execute(),
      );
    const planned = await upgrade();
    expect(planned.status, planned.text).toBe(201);
    const begin = (state: "backing-up" | "done") =>
      hub
        .database()
        .asProvider(provider.providerId, (tx) =>
          tx.updateTable("router_upgrade_sites").set({ state }).where("siteId", "=", siteId).execute(),
        );
    await begin("backing-up");
    expect(await api("POST", "/restores", { backUpId, siteName: name })).toMatchObject({
      status: 409,
      body: { code: "router-busy" },
    });
    expect(await upgrade()).toMatchObject({ status: 409, body: { code: "upgrade-elsewhere" } });
    await begin("done");
    expect((await restart()).status).toBe(202);
    expect(await api("POST", "/restores", { backUpId, siteName: name })).toMatchObject({
      body: { code: "router-busy" },
    });
  });

  test("[RTR-11] saves first, gives the file once to who has the ticket, and follows until the router is back", async () => {
    const { site, siteId, name, api, backUp, work, pass, restores } = await open();
    const { backUpId } = await backUp();
    expect((await api("POST", "/restores", { backUpId, siteName: "Another" })).body).toMatchObject({
      code: "restore-name-differs",
    });
    const ordered = await api("POST", "/restores", { backUpId, siteName: name });
    expect(ordered.body).toMatchObject({ state: "saving", backUpId });
    expect((await api("POST", "/restores", { backUpId, siteName: name })).body).toMatchObject({
      code: "restore-under-way",
    });
    await work();
    for (const id of [backUpId, ordered.body.beforeId])
      expect((await api("DELETE", `/back-ups/${id}`)).body, "it is what goes back, or the way back").toMatchObject({
        code: "restore-under-way",
      });
    pass(20_000);
    await work();
    const [{ ticket, mark } = { ticket: "", mark: "" }] = site.restores;
    expect(mark).toBe(sha512Hex(`${password}:${backUpSum(site.files.binary)}`));
    const fetchIt = (with_: string) =>
      hub.call("GET", "/enrol/restore", { headers: { Authorization: `Bearer ${with_}` } });
    // The link ended before the answer, and the router may still come for its file.
    expect((await restores())[0].state).toBe("restarting");
    expect((await fetchIt("0".repeat(32))).status).toBe(401);
    const file = await fetchIt(ticket);
    expect([file.status, file.text.length]).toEqual([200, 70_000]);
    expect((await fetchIt(ticket)).status).toBe(401);
    site.awayFor = 1;
    pass(20_000);
    await work();
    site.awayFor = 0;
    expect((await restores())[0].state).toBe("restarting");
    site.uptime = "12s";
    pass(20_000);
    await work();
    expect((await restores())[0]).toMatchObject({ state: "back" });
    // The router has the secrets of then, which the agent knows no more: they are changed once more.
    const rotation = await hub.database().asProvider(provider.providerId, (tx) => readRotation(tx, siteId));
    expect(rotation).toMatchObject({ doneAtMs: null, cause: "asked", serial: boardFacts.serial });
    pass(5000);
    await work();
    const causes = (await api("GET", "/back-ups")).body.items.map((each: { cause: string }) => each.cause);
    expect(causes).toEqual(["after-restore", "before-restore", "person"]);
    // Asked once more how far it is, and never again.
    expect(site.restores).toHaveLength(2);
  });

  test.each([
    ["board", { board: "hEX" }],
    ["version", { version: "7.23 (stable)" }],
    ["serial", { serial: "HF2" }],
  ])("[RTR-11] another %s than the back-up's: nothing is sent", async (what, change) => {
    const { site, name, api, backUp, work, pass, restores } = await open();
    const { backUpId } = await backUp();
    Object.assign(site.router, change);
    await api("POST", "/restores", { backUpId, siteName: name });
    await work();
    pass(20_000);
    await work();
    expect((await restores())[0]).toMatchObject({ state: "failed", why: `other-${what}` });
    expect(site.restores).toEqual([]);
  });

  longTest(
    "[RTR-11] a router that did not restart, and one that stays silent, are named so; a refusal is told",
    async () => {
      for (const [change, state, why] of [
        [{ uptime: "1w" }, "failed", "not-restarted"],
        [{ awayFor: 1000 }, "silent", null],
        [{ refuses: "what came is no back-up of this router" }, "failed", "what came is no back-up of this router"],
      ] as const) {
        const { site, name, api, backUp, work, pass, restores } = await open();
        const { backUpId } = await backUp();
        await api("POST", "/restores", { backUpId, siteName: name });
        await work();
        if ("refuses" in change) Object.assign(site, change);
        pass(20_000);
        await work();
        Object.assign(site, change);
        pass(21 * 60_000);
        await work();
        expect((await restores())[0]).toMatchObject({ state, why });
      }
    },
  );

  test("[RTR-11] [RTR-21] what was there before a restore is kept for a month, however few back-ups a provider keeps", async () => {
    provider = await hub.makeProvider("Way back Nets");
    const { site, name, api, backUp, work, pass, restores } = await open();
    const call = askerOf(hub, () => provider.token);
    const { backUpId } = await backUp();
    const { beforeId } = (await api("POST", "/restores", { backUpId, siteName: name })).body;
    await work();
    pass(20_000);
    await work();
    site.uptime = "12s";
    pass(20_000);
    await work();
    expect((await restores())[0].state).toBe("back");
    expect((await call("PUT", "/router-back-up-schedule", { every: "day", kept: 2 })).status).toBe(200);
    const ids = async () =>
      (await api("GET", "/back-ups?limit=100&state=done")).body.items.map((row: { backUpId: string }) => row.backUpId);
    for (let day = 0; day < 4; day++) {
      pass(86_400_000);
      await work();
    }
    expect(await ids()).toHaveLength(4);
    expect(await ids()).toEqual(expect.arrayContaining([backUpId, beforeId]));
    pass(30 * 86_400_000);
    await work();
    expect(await ids()).toHaveLength(2);
    await call("PUT", "/router-back-up-schedule", { every: "off", kept: 20 });
  });

  test("[RTR-11] support that acts as the owner neither downloads nor restores, and an owner who was switched off restores nothing", async () => {
    const { site, backUp, siteId, name, work, pass, restores } = await open();
    const { backUpId } = await backUp();
    const visit = await hub.call("POST", `/api/v1/providers/${provider.providerId}/impersonate`, {
      token: await hub.adminToken(),
      body: { reason: "helping", readOnly: false },
    });
    const token: string = visit.body.token;
    for (const to of ["binary", "password"])
      expect((await hub.call("GET", `/api/v1/routers/${siteId}/back-ups/${backUpId}/${to}`, { token })).status).toBe(
        403,
      );
    const body = { backUpId, siteName: name };
    expect((await hub.call("POST", `/api/v1/routers/${siteId}/restores`, { token, body })).status).toBe(403);

    const email = `o${siteId}@nets.test`;
    const second = { email, name: "Second", role: "owner", password: "some-long-password" };
    const { userId } = (await hub.call("POST", "/api/v1/users", { token: provider.token, body: second })).body;
    const theirs = await hub.logIn(email, second.password);
    expect((await hub.call("POST", `/api/v1/routers/${siteId}/restores`, { token: theirs, body })).status).toBe(202);
    await hub.call("PATCH", `/api/v1/users/${userId}`, { token: provider.token, body: { active: false } });
    await work();
    // On a busy machine the back-up of before may want another look, later: these clocks run a thousand times as fast.
    await vi.waitFor(
      async () => {
        pass(20_000);
        await work();
        expect((await restores())[0]).toMatchObject({ state: "failed", why: "not-allowed" });
      },
      { timeout: 15_000 },
    );
    expect(site.restores).toEqual([]);
  });

  test("[RTR-11] only an owner downloads and restores; installers make back-ups and read differences", async () => {
    const { api, backUp, siteId, name } = await open();
    const { backUpId } = await backUp();
    const body = { email: `i${siteId}@nets.test`, name: "I", role: "installer", password: "some-long-password" };
    await hub.call("POST", "/api/v1/users", { token: provider.token, body });
    const token = await hub.logIn(body.email, body.password);
    const as = (method: string, to: string, given?: object) =>
      hub.call(method, `/api/v1/routers/${siteId}${to}`, { token, ...(given === undefined ? {} : { body: given }) });
    expect((await as("POST", "/back-ups", {})).status).toBe(202);
    expect((await as("GET", `/back-ups/${backUpId}/differences`)).status).toBe(200);
    for (const to of ["binary", "password"]) expect((await as("GET", `/back-ups/${backUpId}/${to}`)).status).toBe(403);
    expect((await as("POST", "/restores", { backUpId, siteName: name })).status).toBe(403);
    const audit = await hub.call("GET", "/api/v1/audit?limit=100", { token: provider.token });
    await api("GET", `/back-ups/${backUpId}/password`);
    const later = await hub.call("GET", "/api/v1/audit?limit=100", { token: provider.token });
    expect(JSON.stringify(later.body.items)).toContain("/back-ups/{backUpId}/password");
    expect(later.body.items.length).toBeGreaterThanOrEqual(audit.body.items.length);
  });
});
