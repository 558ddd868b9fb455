/** What customers pay at, and what was told to them after a back-up, is nobody else's after its restore. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { FeedRow } from "@karibu/protocol/feed";
import { unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noHeldCodes } from "../../catalogue/vouchers/held-codes.ts";
import { openInMemory } from "../../ground/db/memory-template.ts";
import { type OpenDatabase, openDatabase, openEngine } from "../../ground/db/open-database.ts";
import { anyEngine, realWorld, useFreshServer } from "../../ground/db/test-databases.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { withMark } from "../../ground/feed/row-mark.ts";
import { ownerPassword, type TestHub, type TestProvider, useHub } from "../../test-hub.ts";
import { writeBackup } from "../back-ups/backup.ts";
import { proveBackup } from "../back-ups/read-backup.ts";
import { restoreBackup } from "../back-ups/restore.ts";
import { noteRestore } from "./note-restore.ts";
import { type TakeBackParts, takeBackHandler } from "./take-back.ts";

const world = realWorld();
const masterKeys = [world.random.bytes(32)];
let folder = "";
let restored: OpenDatabase;
let taken: Uint8Array;
let provider: TestProvider;
let [siteId, planId] = ["", ""];
let soldByCode: FeedRow;
const before = { invoice: { number: 0, account: "" }, customer: "", documents: ["", ""] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-numbers-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("no stranger gets such a number either at a provider that was deleted since the back-up and is brought back after the restore", async () => {
  const database = await openInMemory(world);
  try {
    const next = await database.alone("write", async (run) => {
      await run(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes, created_at_ms,
          updated_at_ms, deleted_at_ms, purge_at_ms) values ('p', 'P', 'deleted', 'KES', 'en', 180, 0, 0, 1, 1, 1000, 9000);
        insert into hub_identity (generation, public_key, seed_sealed, made_at_ms) values ('g', 'hub', '\\x01', 1);
        insert into invoice_counters (provider_id, next_number) values ('p', 7);
        insert into pay_number_counters (provider_id, next_number) values ('p', 7);
        insert into document_counters (provider_id, kind, fiscal_year, next_number) values ('p', 'fiscal', 0, 7)`);
      await noteRestore(run, { atMs: 2000, backUpAtMs: 1000, revokedAgain: [] });
      return run(`select next_number::int as next from invoice_counters union all select next_number::int from pay_number_counters
        union all select next_number::int from document_counters`);
    });
    expect(next).toEqual([{ next: 10_008 }, { next: 10_008 }, { next: 10_008 }]);
  } finally {
    await database.close();
  }
}, 240_000);

let calls = 0;
async function post(hub: TestHub, token: string, path: string, body: object) {
  const answer = await hub.call("POST", `/api/v1${path}`, {
    token,
    headers: { "Idempotency-Key": `key-${++calls}` },
    body,
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

async function issue(hub: TestHub, token: string, phone: string) {
  const lines = [{ text: "A cable", quantity: 1, unitCents: 50_000 }];
  const { number, accountNumber } = await post(hub, token, "/invoices", { customerName: "Asha", phone, lines });
  return { number: number as number, account: accountNumber as string };
}

/** The receipt of a sale for cash: its number. */
async function receipt(hub: TestHub, token: string): Promise<string> {
  const { id: paymentId } = await post(hub, token, "/payments/purchase", {
    siteId,
    planId,
    phone: "0711000009",
    pay: "cash",
  });
  return (await post(hub, token, "/documents/receipts", { paymentId })).number;
}

const saleByCode = () => ({ siteId, planId, phone: "0711000010", pay: "cash", code: "ONCE" });

/** The grant of a sale with the code, as the site keeps it. */
async function sellByCode(hub: TestHub, token: string): Promise<FeedRow> {
  const { id } = await post(hub, token, "/payments/purchase", saleByCode());
  const { providerId } = provider;
  const row = await hub
    .database()
    .asProvider(providerId, (tx) =>
      tx
        .selectFrom("feed_rows")
        .innerJoin("grants", "grants.grantId", "feed_rows.key")
        .select(["scope", "key", "version", "body"])
        .where("feed_rows.kind", "=", "grant")
        .where("grants.purchaseId", "=", id)
        .executeTakeFirstOrThrow(),
    );
  const { scope, key, version } = row;
  const body = withMark(hub.envelope, { providerId, scope, kind: "grant", key }, version, row.body);
  return { kind: "grant", key, version, body } as unknown as FeedRow;
}

/** A customer with a line: it is paid at the customer's own number. */
async function connect(hub: TestHub, token: string, phone: string): Promise<string> {
  const { customerId } = await post(hub, token, "/customers", { name: "Baraka", phone });
  const account = { customerId, username: `home-${phone}`, password: "a-long-password", planId, siteIds: [siteId] };
  const { accountId } = await post(hub, token, "/accounts", account);
  const { payNumber } = await post(hub, token, "/subscriptions", { customerId, accountId, planId });
  return payNumber;
}

const servers = { restored: useFreshServer(anyEngine), again: useFreshServer(anyEngine) };

async function restoreTo(name: keyof typeof servers, by: World): Promise<OpenDatabase> {
  const databaseUrl = servers[name].url();
  const place = { databaseUrl, dataDir: databaseUrl === null ? join(folder, name) : null };
  const engine = await openEngine(by, place);
  try {
    await restoreBackup(by, engine, await proveBackup(() => Readable.from([taken])));
  } finally {
    await engine.close();
  }
  return openDatabase(by, place);
}

describe("[BEY-29] [PAY-11] a hub is restored from a back-up", () => {
  const lost = useHub(anyEngine, { masterKeys });
  afterAll(() => restored?.close()); // hooks run in reverse: after the second hub's stop
  beforeAll(async () => {
    provider = await lost.makeProvider("Numbers");
    const { token } = provider;
    siteId = (await post(lost, token, "/sites", { name: "Kiosk" })).site.siteId;
    planId = (await post(lost, token, "/plans", { name: "A month", priceCents: 100_000, terms: {} })).planId;
    expect((await issue(lost, token, "0711000001")).number).toBe(1);
    const first = await receipt(lost, token);
    const gift = { kind: "percent", permille: 500 };
    await post(lost, token, "/promotions", { name: "Once", gift, code: "ONCE", usesMax: 1 });
    const out = new PassThrough();
    [, taken] = await Promise.all([writeBackup(lost.database(), 1, out), buffer(out)]);
    before.invoice = await issue(lost, token, "0711000002");
    before.customer = await connect(lost, token, "0711000003");
    before.documents = [first, await receipt(lost, token)];
    soldByCode = await sellByCode(lost, token);
    restored = await restoreTo("restored", world);
  }, 240_000);
  const hub = useHub(anyEngine, { masterKeys, database: { current: () => restored } });

  test("no stranger gets the number of an invoice, or a customer's own, that it has forgotten: their money would be the stranger's", async () => {
    const token = await hub.logIn(provider.ownerEmail, ownerPassword);
    const invoice = await issue(hub, token, "0711000004");
    expect(invoice.account).not.toBe(before.invoice.account);
    expect(invoice.number).toBeGreaterThan(before.invoice.number);
    expect(await connect(hub, token, "0711000005")).not.toBe(before.customer);
    expect((await issue(hub, token, "0711000006")).number).toBe(invoice.number + 1);
  }, 120_000);

  longTest(
    "the same back-up that is restored again an hour later goes on behind what the first restore gave out",
    async () => {
      const wall = () => ({ ...world.clock.wall(), atMs: unixMs(world.clock.wall().atMs + 3_600_000) });
      const again = await restoreTo("again", { ...world, clock: { ...world.clock, wall } });
      const counters = `select 'invoice' as of, provider_id, next_number from invoice_counters union all
      select 'customer', provider_id, next_number from pay_number_counters union all
      select 'fiscal', provider_id, next_number from document_counters where kind = 'fiscal' order by 1, 2`;
      const [first, second] = await Promise.all(
        [restored, again].map((one) => one.alone("read", (run) => run(counters))),
      );
      await again.close();
      expect(second?.length).toBe(first?.length);
      expect(second?.length).toBeGreaterThanOrEqual(3);
      for (const [at, { next_number: nextNumber }] of (second ?? []).entries())
        expect(Number(nextNumber)).toBeGreaterThan(Number(first?.[at]?.next_number) + 3500);
    },
    120_000,
  );

  test("[PLN-12] the use of a discount code comes back with the sale that its site gives back: the code is not used once more", async () => {
    const [restore] = await restored.alone("read", (run) => run("select generation from restores"));
    const jobs = { send: async () => {} };
    const parts = { ...hub, jobs, database: restored, parties: hub.hub().parties, emit: async () => {} };
    const publish = createPublish(hub.world, hub.envelope);
    const limits = { rows: 10, bytes: 1e6, kept: 10 };
    const taking = takeBackHandler({ ...parts, publish, limits, heldCodes: noHeldCodes } as unknown as TakeBackParts);
    const params = { generation: restore?.generation, batchId: null, rows: [soldByCode], left: 0 };
    const { providerId } = provider;
    const answer = await taking.answer({ providerId, siteId }, params as never, AbortSignal.timeout(60_000));
    expect(answer).toMatchObject({ verdicts: ["taken"] });
    const token = await hub.logIn(provider.ownerEmail, ownerPassword);
    const again = await hub.call("POST", "/api/v1/payments/purchase", {
      token,
      headers: { "Idempotency-Key": "again" },
      body: saleByCode(),
    });
    expect([again.status, again.body.code]).toEqual([409, "code-used-up"]);
  }, 120_000);

  test("[PAY-23] no document gets the number of one that it has forgotten, and its own have no gap", async () => {
    const token = await hub.logIn(provider.ownerEmail, ownerPassword);
    const after = [await receipt(hub, token), await receipt(hub, token)];
    expect(new Set([...before.documents, ...after]).size).toBe(4);
    const [one = "", two = ""] = after;
    expect(one).toMatch(/^RCT-20\d\d-R[0-9A-F]{4}-000002$/);
    expect(two).toBe(one.replace("000002", "000003"));
    const told = await restored.alone("read", (run) =>
      run("select next_number from document_counters where kind = 'fiscal'"),
    );
    expect(Number(told[0]?.next_number)).toBeGreaterThan(10_000);
  }, 120_000);
});
