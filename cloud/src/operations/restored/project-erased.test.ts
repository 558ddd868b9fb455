/** A restored hub has erased somebody again, and the sites know nothing of it: their journals come once more. */
import { unlimitedTerms } from "@karibu/protocol/plan";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { realWorld } from "../../ground/db/test-databases.ts";
import { openSealed } from "../../ground/secrets/test-open-sealed.ts";
import { useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { repeatFound } from "../back-ups/repeat-revocations.ts";
import type { Revocation } from "../back-ups/revocation.ts";
import { noteErasedGrants } from "./erased-again.ts";

describe("[CUS-17] [BEY-29] the journal of a site, sent again to a hub that was restored", () => {
  const masterKeys = [realWorld().random.bytes(32)];
  const hub = useHub("embedded", { masterKeys });
  const phone = "254711000001";
  const herMac = "AA:BB:CC:00:00:09";
  const goneMs = 1_767_225_600_000;
  const [before, after] = [goneMs - 60_000, goneMs + 60_000];
  let providerId: string;
  let siteId: string;

  const query = <Row>(text: string) =>
    hub.database().asProvider(providerId, async (tx) => (await sql.raw<Row>(text).execute(tx)).rows);
  let seq = 0;
  const tell = async (...records: Record<string, unknown>[]) => {
    const told = records.map((record) => ({ seq: ++seq, atMs: before, clock: "synced", upMs: 1, ...record }));
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    const take = () => intake.take(providerId, { siteId, epoch: "e1", records: told } as never);
    expect(await take()).toMatchObject({ kind: "ack" });
    return take;
  };
  const sale = (letters: string, more: object = {}) => {
    const saleId = letters.repeat(16);
    const grant = {
      ...{ grantId: `c.${saleId}`, origin: "voucher", planName: "Hour", unverified: false, terms: unlimitedTerms },
      ...{ startedAtMs: null, endsAtMs: null, revokedAtMs: null },
    };
    const code = `48219930${Number.parseInt(letters, 16)}`;
    const sold = { saleId, sellerId: "s", planId: null, priceCents: 0, currency: "KES", code, grant };
    return { kind: "cash-sale", phone, ...sold, ...more };
  };
  const bound = (grantId: string, mac: string, more: object = {}) => ({
    ...{ kind: "device-bound", grantId, device: `mac.${mac}`, mac, replaces: null },
    ...more,
  });
  const macsOf = async () =>
    (
      await query<{ grantId: string; mac: string | null; device: string | null }>(
        `select raw ->> 'grantId' as grant_id, raw ->> 'mac' as mac, raw ->> 'device' as device from journal_records
        where kind = 'device-bound' order by seq`,
      )
    ).map(({ grantId, mac, device }) => [grantId, mac ?? device]);

  const repeatErasure = (erasureId: string, atMs: number, grants: readonly string[]) =>
    hub.database().alone("write", (run) =>
      repeatFound(run, [
        {
          ...{ seq: 1, target: "person_erasures", atMs },
          key: { provider_id: providerId, erasure_id: erasureId },
          now: {
            ...{ customer_id: "gone", party: hub.hub().parties.ofPhone(providerId, phone), grants },
            devices: [hub.hub().parties.ofDevice(providerId, herMac)],
            ...{ pseudonym: "0".repeat(64), asked_by: "u", at_ms: atMs, counts: {} },
          },
        },
      ] as readonly Revocation[]),
    );

  beforeAll(async () => {
    const made = await hub.makeProvider("Sent again");
    providerId = made.providerId;
    const site = await hub.call("POST", "/api/v1/sites", { token: made.token, body: { name: "Harbour" } });
    siteId = site.body.site.siteId;
    const grants = [
      "bought/0/",
      "a.line/0/",
      `v.batch.3/${goneMs - 3_600_000}/${goneMs - 1_800_000}`,
      `v.batch.5/${goneMs - 3_600_000}/`,
    ];
    await repeatErasure("erasure", goneMs, grants);
    expect(await query("select party, grants, devices from person_erasures")).toEqual([
      { party: null, grants: null, devices: null },
    ]);
  });

  test("brings a sale for cash without the buyer's number, where it was before the erasure", async () => {
    const again = await tell(
      sale("ab"),
      sale("cd", { atMs: after }),
      sale("ef", { atMs: 5_000, clock: "unknown" }),
      sale("12", { phone: "254711000002" }),
    );
    const sales = await query<{ saleId: string; known: boolean }>(
      `select left(sale_id, 2) as sale_id, phone_hash is not null and phone_sealed is not null and phone_masked is not null as known
      from cash_sales order by seq`,
    );
    expect(sales).toEqual([
      { saleId: "ab", known: false },
      { saleId: "cd", known: true },
      { saleId: "ef", known: false },
      { saleId: "12", known: true },
    ]);
    expect(await query("select raw ->> 'phone' as phone from journal_records order by seq")).toEqual([
      { phone: null },
      { phone },
      { phone: null },
      { phone: "254711000002" },
    ]);
    const sealed = await query("select to_jsonb(s) as row from cash_sales s where left(sale_id, 2) in ('ab', 'ef')");
    expect(openSealed(masterKeys, JSON.stringify(sealed))).not.toContain(phone);
    expect(await again(), "the same once more is no fork").toMatchObject({ kind: "ack" });
  });

  test("brings no device that used what was theirs, while it was", async () => {
    const [one, other] = ["AA:BB:CC:00:00:01", "AA:BB:CC:00:00:02"];
    const again = await tell(
      // Of a sale that the hub had never heard of, in a later batch than the sale.
      bound(`c.${"ab".repeat(16)}`, one),
      bound(`c.${"12".repeat(16)}`, other),
      bound("bought", one),
      bound("bought", one, { atMs: after }),
      bound("bought", one, { atMs: 5_000, clock: "unknown" }),
      bound("a.line.p7", one),
      bound("a.other.p7", other),
      bound("v.batch.3", one, { atMs: goneMs - 2_400_000 }),
      bound("v.batch.3", other),
    );
    expect(await macsOf()).toEqual([
      [`c.${"ab".repeat(16)}`, null],
      [`c.${"12".repeat(16)}`, other],
      ["bought", null],
      ["bought", one],
      ["bought", null],
      ["a.line.p7", null],
      ["a.other.p7", other],
      ["v.batch.3", null],
      ["v.batch.3", other],
    ]);
    expect(await again(), "the same once more is no fork").toMatchObject({ kind: "ack" });
  });

  test("brings no device that guessed codes or was refused before the erasure; nobody else's, and nothing after it", async () => {
    const [other, lower] = ["AA:BB:CC:00:00:07", herMac.toLowerCase()];
    const guess = (who: string, more: object = {}) => ({
      ...{ kind: "alarm", name: "guessing", fields: { who, locks: 1 } },
      ...more,
    });
    const refused = (user: string, mac: string, more: object = {}) => ({
      ...{ kind: "log-in-refused", user, mac, address: "10.5.50.7", nas: "lobby", service: "hotspot" },
      ...{ reason: "unknown", times: 1 },
      ...more,
    });
    const again = await tell(
      guess(herMac),
      guess(other),
      guess(herMac, { atMs: after }),
      guess(lower, { atMs: 5_000, clock: "unknown" }),
      refused(herMac, herMac),
      refused("theirs", other),
      refused("later", herMac, { atMs: after }),
    );
    expect(await query("select fields from alarms order by seq")).toEqual([
      { fields: { locks: 1 } },
      { fields: { locks: 1, who: other } },
      { fields: { locks: 1, who: herMac } },
      { fields: { locks: 1 } },
    ]);
    expect(await query("select username, mac from refused_log_ins order by seq")).toEqual([
      { username: "theirs", mac: other },
      { username: "later", mac: herMac },
    ]);
    expect(JSON.stringify(await query("select * from erased_devices")), "no address in the clear").not.toContain(
      herMac,
    );
    expect(await again(), "the same once more is no fork").toMatchObject({ kind: "ack" });
  });

  test("a device of whoever had the voucher before has no slot that was taken from it meanwhile", async () => {
    const theirs = "AA:BB:CC:00:00:11";
    const inTheirTime = { atMs: goneMs - 2_400_000 };
    await tell(
      bound("v.batch.5", theirs, { atMs: goneMs - 7_200_000 }),
      { kind: "device-unbound", grantId: "v.batch.5", device: `mac.${theirs}`, ...inTheirTime },
      bound("v.batch.5", "AA:BB:CC:00:00:12", inTheirTime),
      { kind: "device-unbound", grantId: "v.batch.5", device: "mac.AA:BB:CC:00:00:12", ...inTheirTime },
    );
    expect(
      await query(
        "select kind, raw ->> 'device' as device from journal_records where raw ->> 'grantId' = 'v.batch.5' order by seq",
      ),
    ).toEqual([
      { kind: "device-bound", device: `mac.${theirs}` },
      { kind: "device-unbound", device: `mac.${theirs}` },
      { kind: "device-bound", device: null },
      { kind: "device-unbound", device: null },
    ]);
  });

  test("brings a session of theirs without the device, and what it used", async () => {
    const session = (key: string, grantId: string) => ({
      ...{ kind: "session-started", sessionKey: key, sessionId: key, nas: "r", grantId, user: "achieng.home" },
      ...{ mac: "AA:BB:CC:00:00:01", address: "10.5.50.7", startedAtMs: before },
    });
    const counters = { baseInputBytes: 0, baseOutputBytes: 0, outputBytes: 0, onlineSeconds: 1 };
    await tell(session("theirs", "a.line.p7"), session("another", "a.other.p7"), {
      ...{ kind: "session-used", sessionKey: "theirs", inputBytes: 7 },
      ...counters,
    });
    expect(
      await query("select session_key, mac, address, username, input_bytes::int from sessions order by session_key"),
    ).toEqual([
      {
        ...{ sessionKey: "another", mac: "AA:BB:CC:00:00:01", address: "10.5.50.7" },
        ...{ username: "achieng.home", inputBytes: 0 },
      },
      { sessionKey: "theirs", mac: null, address: null, username: null, inputBytes: 7 },
    ]);
  });

  test("a grant or a number that is erased twice is kept out for a month from the last time", async () => {
    const noted = async () => ({
      grants: await query(
        "select until_ms, repeated_at_ms > 2 as is_new from erased_grants where grant_id in ('bought', 'c.twice') order by grant_id",
      ),
      marks: await query("select erased_at_ms, repeated_at_ms > 2 as is_new from erased_again"),
    });
    const noteSale = (erasedAtMs: number) =>
      hub
        .database()
        .asProvider(providerId, (tx) => noteErasedGrants(tx, providerId, [{ grantId: "c.twice", erasedAtMs }]));
    await noteSale(goneMs);
    await hub.database().alone("write", async (run) => {
      await run("update erased_grants set repeated_at_ms = 1");
      await run("update erased_again set repeated_at_ms = 1");
    });
    await noteSale(goneMs + 1);
    await repeatErasure("again", goneMs + 1, ["bought/0/"]);
    expect(await noted()).toEqual({
      grants: [
        { untilMs: goneMs + 1, isNew: true },
        { untilMs: goneMs + 1, isNew: true },
      ],
      marks: [{ erasedAtMs: goneMs + 1, isNew: true }],
    });
  });
});
