/** Documents that a device of KRA's tells to eTIMS, with faults between, over the bytes that the hub sends. */

import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Tx } from "@karibu/cloud/ground/db/database";
import { openEngine } from "@karibu/cloud/ground/db/open-database";
import { anyEngine, useMigratedServer } from "@karibu/cloud/ground/db/test-databases";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import type { JobQueue } from "@karibu/cloud/ground/jobs/queue";
import { createEtimsAdapter } from "@karibu/cloud/money/fiscal/etims-adapter";
import { registerSubmissionJobs } from "@karibu/cloud/money/fiscal/submissions";
import { writeBackup } from "@karibu/cloud/operations/back-ups/backup";
import { proveBackup } from "@karibu/cloud/operations/back-ups/read-backup";
import { restoreBackup } from "@karibu/cloud/operations/back-ups/restore";
import { askerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createSimulatedEtims, etimsSerial, type SimulatedEtims } from "./simulated-etims.ts";

const patience = { timeout: 30_000, interval: 50 };

describe("a device at eTIMS", { timeout: 120_000 }, () => {
  let etims: SimulatedEtims = createSimulatedEtims();
  const calls: string[] = [];
  /** What happens while KRA has the next call; null: nothing. */
  let meanwhile: (() => Promise<void>) | null = null;
  const http: HttpCall = async (call) => {
    calls.push(`${new URL(call.url).host} ${Object.keys(call.headers).join(" ")}`);
    const answer = await etims.request(call);
    const happens = meanwhile;
    meanwhile = null;
    await happens?.();
    return answer;
  };
  const hub = useHub(anyEngine, { taxAdapters: { etims: createEtimsAdapter({ http, baseUrl: null }) } });
  const target = useMigratedServer(anyEngine);
  let keys = 0;
  beforeEach(() => {
    etims = createSimulatedEtims();
  });

  async function openShop() {
    const { token, providerId } = await hub.makeProvider(`Baraka ${++keys}`);
    const call = askerOf(hub, () => token);
    const { country: _, ...own } = (await call("GET", "/tax-settings")).body;
    const taxPin = `P${String(510_000_000 + ++keys).padStart(9, "0")}X`;
    const told = { ...own, taxPin, authority: "etims", vatRegistered: true, exciseRegistered: true };
    expect((await call("PUT", "/tax-settings", told)).status).toBe(200);
    const { siteId } = (await call("POST", "/sites", { name: "Harbour" })).body.site;
    const { planId } = (await call("POST", "/plans", { name: "Home 10M", priceCents: 250_000, terms: {} })).body;
    const { customerId } = (await call("POST", "/customers", { name: "Jane", phone: "0712000101" })).body;
    const account = { customerId, username: `jane.${keys}`, planId, siteIds: [siteId] };
    const { accountId } = (await call("POST", "/accounts", account)).body;
    const { subscriptionId } = (await call("POST", "/subscriptions", { customerId, accountId, planId })).body;
    const documents = async (): Promise<{ documentId: string; fiscalState: string }[]> =>
      (await call("GET", "/documents?sort=issued")).body.items;
    return {
      call,
      taxPin,
      providerId,
      documents,
      open: (more: object = {}) => call("PUT", "/tax-device", { serial: etimsSerial, environment: "sandbox", ...more }),
      renew: () => call("POST", `/subscriptions/${subscriptionId}/renew`, { from: "cash" }),
      one: async (documentId: string) => (await call("GET", `/documents/${documentId}`)).body,
      /** Waits until they are in these states, the oldest first. @returns their ids */
      are: (...states: string[]) =>
        vi.waitFor(async () => {
          await hub.wakeJobs();
          const all = await documents();
          expect(all.map(({ fiscalState }) => fiscalState)).toEqual(states);
          return all.map(({ documentId }) => documentId);
        }, patience),
      kept: () =>
        hub
          .database()
          .asProvider(providerId, (tx) =>
            tx
              .selectFrom("fiscal_submissions")
              .select(["toldNumber", "answer", "sequence"])
              .orderBy("sequence")
              .execute(),
          ),
    };
  }

  test("[PAY-24] is opened once by its serial number; its key is told to nobody, and one that is open already is entered", async () => {
    const shop = await openShop();
    const refused = (await shop.open({ serial: "mine" })).body;
    expect(refused).toMatchObject({ status: 409, code: "tax-device-refused" });
    expect(JSON.stringify(refused)).toContain("901: It is not valid device");
    const opened = await shop.open();
    expect(opened.body, opened.text).toMatchObject({
      isOffered: true,
      device: { taxPin: shop.taxPin, branch: "00", controlUnit: "KRACU0100000001", nextNumber: 1 },
    });
    expect(opened.text).not.toContain("key-of");
    expect((await shop.call("GET", "/tax-device")).text).not.toContain("key-of");
    expect((await shop.open()).text).toContain("902");
    const entered = await shop.open({ opened: { key: `key-of-${shop.taxPin}/00`, controlUnit: "KRACU0100000001" } });
    expect(entered.status).toBe(200);
    await shop.renew();
    await shop.are("accepted");
    expect((await shop.call("DELETE", "/tax-device")).body.device).toBeNull();
  });

  test("[PAY-24] tells documents in turn under numbers without gaps, each item before its first sale, and keeps what was answered; a credit note names what it takes back", async () => {
    const shop = await openShop();
    // What was issued before there was a device waits for it.
    await shop.renew();
    await shop.are("waiting");
    expect(etims.asked("saveTrnsSalesOsdc")).toBe(0);
    calls.length = 0;
    await shop.open();
    etims.fail("saveItem", 1, "before");
    await shop.renew();
    await vi.waitFor(async () => {
      await hub.wakeJobs();
      expect(etims.sold()).toHaveLength(2);
    }, patience);
    const [first = ""] = await shop.are("accepted", "accepted");
    const back = { amountCents: 50_000, give: "none", reason: "A day without service" };
    const note = await shop.call("POST", `/documents/${first}/credit-notes`, back);
    expect(note.status, note.text).toBe(201);
    await shop.are("accepted", "accepted", "accepted");
    expect(etims.sold().map(({ invcNo, body }) => [invcNo, body.rcptTyCd, body.orgInvcNo])).toEqual([
      [1, "S", 0],
      [2, "S", 0],
      [3, "R", 1],
    ]);
    expect(etims.items()).toHaveLength(1);
    expect(etims.items()[0]).toMatchObject({ itemCd: "KE3NTXU0000001", itemNm: "Home 10M", taxTyCd: "B" });
    const { fiscal } = await shop.one(first);
    expect(fiscal).toMatchObject({
      controlUnit: "KRACU0100000001",
      fiscalNumber: "KRACU0100000001/1",
      signature: "SIM0000000000001",
      qr: `https://etims-sbx.kra.go.ke/common/link/etims/receipt/indexEtimsReceiptData?Data=${shop.taxPin}00SIM0000000000001`,
    });
    const kept = await shop.kept();
    expect(kept.map((row) => Number(row.toldNumber))).toEqual([1, 2, 3]);
    for (const { answer } of kept)
      expect(JSON.parse(answer ?? "{}")).toMatchObject({ data: { intrlData: expect.any(String) } });
    expect(new Set(calls.map((call) => call.split(" ")[0]))).toEqual(new Set(["etims-api-sbx.kra.go.ke"]));
    expect(calls.at(-1)).toContain("tin bhfId cmcKey");
  });

  test("[PAY-24] a sale whose answer was lost is declared once: KRA has it, a person types the reply, and the next one goes on after it", async () => {
    const shop = await openShop();
    await shop.open();
    etims.fail("saveTrnsSalesOsdc", 1, "after");
    await shop.renew();
    await vi.waitFor(async () => expect(etims.sold()).toHaveLength(1), patience);
    await shop.renew();
    await vi.waitFor(async () => {
      await hub.wakeJobs();
      expect((await shop.documents()).map(({ fiscalState }) => fiscalState)).toEqual(["refused", "accepted"]);
    }, patience);
    const [lost = ""] = await shop.are("refused", "accepted");
    expect(etims.sold().map(({ invcNo }) => invcNo)).toEqual([1, 2]);
    expect((await shop.one(lost)).fiscal.reason).toMatch(/994: .*number 1 already.*type the reply/);
    const typed = { controlUnit: "KRACU0100000001", fiscalNumber: "KRACU0100000001/1", qr: "https://etims.example/1" };
    expect((await shop.call("POST", `/documents/${lost}/fiscal-reply`, typed)).status).toBe(200);
    // It is known there, so it can be taken back.
    const back = { amountCents: 50_000, give: "none", reason: "A day without service" };
    await shop.call("POST", `/documents/${lost}/credit-notes`, back);
    await shop.are("accepted", "accepted", "accepted");
    expect(etims.sold().at(-1)).toMatchObject({ invcNo: 3, body: { orgInvcNo: 1 } });
  });

  test("[PAY-24] a document that one process tells is not told by another one, whose clock is some seconds behind, at the same time; nor where its device's key is entered again meanwhile", async () => {
    const shop = await openShop();
    const taxAdapters = { etims: createEtimsAdapter({ http, baseUrl: null }) };
    const wall = () => ({ ...hub.world.clock.wall(), atMs: unixMs(hub.world.clock.wall().atMs - 3000) });
    const world = { ...hub.world, clock: { ...hub.world.clock, wall } };
    let tellAlso = (_job: object): Promise<void> => Promise.resolve();
    const jobs: Pick<JobQueue, "work" | "send"> = {
      work: async (_name, handler) => {
        tellAlso = handler;
      },
      send: async () => {},
    };
    const others = { world, envelope: hub.envelope, database: hub.database(), taxAdapters, jobs: jobs as JobQueue };
    await registerSubmissionJobs(others);
    await shop.open();
    await shop.renew();
    await shop.are("accepted");
    meanwhile = async () => {
      const [, { documentId = "" } = {}] = await shop.documents();
      await tellAlso({ providerId: shop.providerId, documentId });
      await shop.open({ opened: { key: `key-of-${shop.taxPin}/00`, controlUnit: "KRACU0100000001" } });
      await tellAlso({ providerId: shop.providerId, documentId });
    };
    await shop.renew();
    const [, second = ""] = await shop.are("accepted", "accepted");
    expect(etims.asked("saveTrnsSalesOsdc")).toBe(2);
    expect((await shop.one(second)).fiscal).toMatchObject({ toldNumber: 2, fiscalNumber: "KRACU0100000001/2" });
  });

  longTest(
    "[PAY-24] what is refused frees its number; where KRA counts on by another system's sales, the number that it names is taken",
    async () => {
      const shop = await openShop();
      await shop.open();
      etims.answerWith("saveTrnsSalesOsdc", "910", "Request parameter error");
      await shop.renew();
      const [refused = ""] = await shop.are("refused");
      expect((await shop.one(refused)).fiscal.reason).toBe("910: Request parameter error");
      await shop.renew();
      await shop.are("refused", "accepted");
      expect(etims.sold().map(({ invcNo }) => invcNo)).toEqual([1]);
      etims.elsewhere(shop.taxPin, 7);
      await shop.call("POST", `/documents/${refused}/submit`);
      await vi.waitFor(async () => {
        await hub.wakeJobs();
        expect((await shop.documents())[0]?.fiscalState).toBe("accepted");
      }, patience);
      expect(etims.sold().map(({ invcNo }) => invcNo)).toEqual([1, 9]);
    },
  );

  longTest(
    "[PAY-24] a number that KRA has for another sale is passed over by a document that was never told",
    async () => {
      const shop = await openShop();
      await shop.open();
      await shop.renew();
      await shop.are("accepted");
      // As after a restore: what was told since the back-up is not counted here.
      await shop.open({ opened: { key: `key-of-${shop.taxPin}/00`, controlUnit: "KRACU0100000001" }, nextNumber: 1 });
      await shop.renew();
      await shop.are("accepted", "accepted");
      expect(etims.sold().map(({ invcNo }) => invcNo)).toEqual([1, 2]);
    },
  );

  longTest("[PAY-24] an old sale that is submitted again does not set the count of the device back", async () => {
    const shop = await openShop();
    await shop.open();
    etims.fail("saveTrnsSalesOsdc", 1, "after");
    await shop.renew();
    const [lost = ""] = await shop.are("refused");
    await shop.renew();
    await shop.are("refused", "accepted");
    await shop.renew();
    await shop.are("refused", "accepted", "accepted");
    const asked = etims.asked("saveTrnsSalesOsdc");
    await shop.call("POST", `/documents/${lost}/submit`);
    await vi.waitFor(() => expect(etims.asked("saveTrnsSalesOsdc")).toBe(asked + 1), patience);
    await shop.are("refused", "accepted", "accepted");
    expect((await shop.call("GET", "/tax-device")).body.device.nextNumber).toBe(4);
  });

  longTest(
    "[PAY-24] a sale that was not sent, or that KRA did not take, is told under the number that KRA wants by then; one whose answer was lost is not",
    async () => {
      const shop = await openShop();
      await shop.open();
      etims.fail("saveItem", 1, "before");
      etims.elsewhere(shop.taxPin, 1);
      await shop.renew();
      await shop.are("accepted");
      etims.answerWith("saveTrnsSalesOsdc", "901", "It is not valid device");
      etims.elsewhere(shop.taxPin, 1);
      await shop.renew();
      await shop.are("accepted", "accepted");
      expect(etims.sold().map(({ invcNo }) => invcNo)).toEqual([2, 4]);
      etims.fail("saveTrnsSalesOsdc", 1, "after");
      await shop.renew();
      await vi.waitFor(() => expect(etims.sold()).toHaveLength(3), patience);
      etims.answerWith("saveTrnsSalesOsdc", "901", "It is not valid device");
      const [, , lost = ""] = await shop.are("accepted", "accepted", "refused");
      expect((await shop.one(lost)).fiscal).toMatchObject({ toldNumber: 5, reason: expect.stringContaining("994") });
      expect(etims.sold()).toHaveLength(3);
    },
  );

  longTest(
    "[PAY-24] where a person finds another sale in the portal, the document is told under a new number",
    async () => {
      const shop = await openShop();
      await shop.open();
      etims.fail("saveTrnsSalesOsdc", 1, "before");
      etims.elsewhere(shop.taxPin, 1);
      await shop.renew();
      const [refused = ""] = await shop.are("refused");
      expect((await shop.one(refused)).fiscal.toldNumber).toBe(1);
      const again = await shop.call("POST", `/documents/${refused}/submit`, { notInPortal: true });
      expect(again.body.fiscal, again.text).toMatchObject({ toldNumber: null });
      await shop.are("accepted");
      expect(etims.sold().map(({ invcNo }) => invcNo)).toEqual([2]);
    },
  );

  longTest(
    "[PAY-24] what KRA's test server accepted is declared once the device is a real one; a credit note goes to the device that told what it takes back",
    async () => {
      const shop = await openShop();
      await shop.open();
      await shop.renew();
      const [first = ""] = await shop.are("accepted");
      etims.fail("saveTrnsSalesOsdc", 1, "after");
      await shop.renew();
      const [, lost = ""] = await shop.are("accepted", "refused");

      etims = createSimulatedEtims();
      etims.elsewhere(shop.taxPin, 4);
      expect((await shop.open({ environment: "production", nextNumber: 5 })).status).toBe(200);
      await vi.waitFor(() => expect(etims.sold()).toHaveLength(1), patience);
      await shop.are("accepted", "refused");
      expect((await shop.one(first)).fiscal.qr).toContain("https://etims.kra.go.ke/");
      expect((await shop.one(lost)).fiscal.toldNumber).toBeNull();
      await shop.call("POST", `/documents/${lost}/submit`);
      await shop.are("accepted", "accepted");
      const back = { amountCents: 50_000, give: "none", reason: "A day without service" };
      await shop.call("POST", `/documents/${first}/credit-notes`, back);
      await shop.are("accepted", "accepted", "accepted");
      expect(etims.sold().map(({ invcNo, body }) => [invcNo, body.orgInvcNo])).toEqual([
        [5, 0],
        [6, 0],
        [7, 5],
      ]);

      etims = createSimulatedEtims();
      await shop.open();
      await shop.call("POST", `/documents/${first}/credit-notes`, back);
      const [, , , note = ""] = await shop.are("accepted", "accepted", "accepted", "refused");
      expect((await shop.one(note)).fiscal.reason).toBe("what it takes back was not told by this device");
      expect(etims.sold()).toEqual([]);
    },
  );

  test("[PAY-24] what a hub may have told before a restore is told again only after a person has looked; what is due after it goes by itself", async () => {
    const shop = await openShop();
    await shop.open();
    const nowMs = hub.world.clock.wall().atMs;
    const asPlatform = (run: (tx: Tx) => Promise<unknown>) => hub.database().asPlatform("test", run);
    const restored = { generation: "again", backUpAtMs: nowMs - 1000, restoredAtMs: nowMs + 60_000 };
    await asPlatform((tx) => tx.insertInto("restores").values(restored).execute());
    // A device that was busy by a clock far ahead, whose hub died then, is busy no more.
    await asPlatform((tx) =>
      tx
        .updateTable("tax_devices")
        .set({ busyUntilMs: nowMs + 365 * 86_400_000 })
        .execute(),
    );
    await shop.renew();
    const [doubtful = ""] = await shop.are("refused");
    expect((await shop.one(doubtful)).fiscal.reason).toBe(
      "restored: look into the tax authority's portal before you submit it again",
    );
    hub.moveClock(61_000);
    await shop.renew();
    await shop.are("refused", "accepted");
    expect(etims.sold()).toHaveLength(1);
    expect((await shop.call("POST", `/documents/${doubtful}/submit`, { notInPortal: true })).status).toBeLessThan(300);
    await shop.are("accepted", "accepted");
  });

  longTest(
    "[PAY-24] after a restore, what waited for a device is told only after a person has looked, and the count is corrected without the key",
    async () => {
      const shop = await openShop();
      const byHand = await openShop();
      await byHand.renew();
      await byHand.are("waiting");
      expect((await shop.call("PATCH", "/tax-device", { nextNumber: 7 })).status).toBe(409);
      await shop.open();
      etims.fail("saveTrnsSalesOsdc", 99, "before");
      await shop.renew();
      await vi.waitFor(() => expect(etims.asked("saveTrnsSalesOsdc")).toBeGreaterThan(0), patience);
      const taken = new PassThrough();
      const [, bytes] = await Promise.all([
        writeBackup(hub.database(), hub.world.clock.wall().atMs, taken),
        buffer(taken),
      ]);
      etims.fail("saveTrnsSalesOsdc", 0, "before");
      await shop.are("accepted");

      const engine = await openEngine(hub.world, { databaseUrl: target.url(), dataDir: null });
      try {
        await restoreBackup(hub.world, engine, await proveBackup(() => Readable.from(bytes)));
        const read = (providerId: string) =>
          engine.hold((run) => run(`select state, reason from fiscal_submissions where provider_id = '${providerId}'`));
        expect(await read(shop.providerId)).toEqual([
          { state: "refused", reason: "restored: look into the tax authority's portal before you submit it again" },
        ]);
        expect(await read(byHand.providerId)).toMatchObject([{ state: "waiting" }]);
      } finally {
        await engine.close();
      }

      etims.elsewhere(shop.taxPin, 5);
      const corrected = await shop.call("PATCH", "/tax-device", { nextNumber: 7 });
      expect(corrected.body.device, corrected.text).toMatchObject({ nextNumber: 7, serial: etimsSerial });
      await shop.renew();
      await shop.are("accepted", "accepted");
      expect(etims.sold().map(({ invcNo }) => invcNo)).toEqual([1, 7]);
    },
  );
});
