/** What is revoked after a back-up was taken stays revoked when that back-up is restored. */

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openInMemory } from "../../ground/db/memory-template.ts";
import { type OpenDatabase, openDatabase, openEngine } from "../../ground/db/open-database.ts";
import { realWorld } from "../../ground/db/test-databases.ts";
import { readableBody } from "../../ground/feed/stored-body.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { codeAt } from "../../identity/credentials/test-totp.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { writeBackup } from "./backup.ts";
import { proveBackup } from "./read-backup.ts";
import { findRevocations, repeatFound, revocationsIn } from "./repeat-revocations.ts";
import { restoreBackup } from "./restore.ts";
import type { Revocation } from "./revocation.ts";
import { createRevocationSender } from "./send-revocations.ts";
import { hubTagOf } from "./stored-names.ts";
import { createFolderStore } from "./stores/folder-store.ts";

const world = realWorld();
const masterKeys = [world.random.bytes(32)];
const envelope = createEnvelope(world.random, masterKeys);
const patience = { timeout: 60_000, interval: 50 };
let folder = "";
let restored: OpenDatabase;
let taken: Buffer;
/** What people hold in their hands. */
const held = {
  login: "",
  token: "",
  renewedToken: "",
  staff: "",
  siteId: "",
  enrolment: "",
  fresh: "",
  hostId: "",
  invitation: "",
  open: "",
  shut: "",
  newPin: "",
  left: "",
  customer: "",
  line: "",
  lineGone: "",
  lineOff: "",
};
let provider: TestProvider;
let suspended: TestProvider;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-revocations-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const store = () => createFolderStore(folder);
/** What sites are told of sellers or customers' lines, by their ids. */
async function toldSites(
  database: OpenDatabase,
  kind: "seller" | "customer-account" = "seller",
): Promise<Map<string, unknown>> {
  const rows = await database.asPlatform("test", (tx) =>
    tx.selectFrom("feed_rows").select(["scope", "key", "body"]).where("kind", "=", kind).execute(),
  );
  const { providerId } = provider;
  return new Map(
    rows.map(({ scope, key, body }) => [key, readableBody(envelope, { providerId, scope, kind, key }, body)]),
  );
}
let sellersThen = new Map<string, unknown>();
let linesThen = new Map<string, unknown>();
const pieces = async () =>
  (await readdir(folder)).filter((name) => name.startsWith("revoked-") && !name.includes("head"));

describe("[BEY-29] what is revoked after the back-up", () => {
  const hub = useHub("embedded", {
    masterKeys,
    backupPlan: () => ({
      store: store(),
      workFolder: join(folder, "work"),
      hour: 0,
      keep: { days: 7, weeks: 5, months: 12 },
      provedMsMax: 1,
      prove: () => Promise.reject(new Error("not here")),
    }),
  });

  test("is in the store within seconds, sealed", async () => {
    provider = await hub.makeProvider("Wanjiru Networks");
    const { token } = provider;
    const makeToken = async () =>
      (
        await hub.call("POST", "/api/v1/tokens", {
          token,
          body: { name: "till", scopes: ["plans.read"], password: ownerPassword },
        })
      ).body;
    const [one, other] = [await makeToken(), await makeToken()];
    held.token = one.secret ?? one.token;
    held.renewedToken = other.secret ?? other.token;
    expect((await hub.call("GET", "/api/v1/plans", { token: held.token })).status).toBe(200);
    const user = { name: "Otieno", email: "otieno@provider.test", role: "manager", password: "otienos-password" };
    held.staff = (await hub.call("POST", "/api/v1/users", { token, body: user })).body.userId;
    const kiosk = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Kiosk" } })).body;
    [held.siteId, held.enrolment] = [kiosk.site.siteId, kiosk.enrolmentToken];
    held.fresh = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Stall" } })).body.enrolmentToken;
    const router = { publicKey: Buffer.alloc(32, 7).toString("base64") };
    expect((await hub.call("PUT", `/api/v1/sites/${held.siteId}/tunnel`, { token, body: router })).status).toBe(200);
    await hub.database().asPlatform("test", async (tx) => {
      const agent = {
        providerId: provider.providerId,
        siteId: held.siteId,
        publicKey: "a".repeat(44),
        enrolledAtMs: 1,
      };
      await tx
        .insertInto("agents")
        .values({ ...agent, revokedAtMs: null })
        .execute();
    });
    held.login = await hub.logIn(user.email, user.password);
    suspended = await hub.makeProvider("Suspended Networks");
    await hub.call("POST", "/api/v1/sites", { token: suspended.token, body: { name: "Still open" } });
    const opens = sql`update feed_rows set body = jsonb_set(body, '{sellsOnline}', 'true')
      where provider_id = ${suspended.providerId} and kind = 'site'`;
    await hub.database().asPlatform("test", (tx) => opens.execute(tx));
    const keeper = {
      name: "Achieng",
      email: "achieng@provider.test",
      role: "accountant",
      password: "achiengs-password",
    };
    const { userId: keeperId } = (await hub.call("POST", "/api/v1/users", { token, body: keeper })).body;
    const own = await hub.logIn(keeper.email, keeper.password);
    const factor = (step: string, body: object) =>
      hub.call("POST", `/api/v1/user/second-factor/${step}`, { token: own, body });
    const { secret } = (await factor("begin", { password: keeper.password })).body;
    expect((await factor("confirm", { code: codeAt(secret, hub.world.clock.wall().atMs) })).status).toBe(200);
    const invite = async (name: string) => {
      const body = { email: `${name}@provider.test`, name, role: "accountant" };
      const made = (await hub.call("POST", "/api/v1/invitations", { token, body })).body;
      return { id: made.invitation.invitationId as string, token: (made.link as string).split("/").at(-1) as string };
    };
    const [cancelled, open] = [await invite("cancelled"), await invite("open")];
    [held.invitation, held.open] = [cancelled.token, open.token];
    await hub.database().asPlatform("test", async (tx) => {
      const atMs = hub.world.clock.wall().atMs;
      for (const state of ["asked", "approved", "sending"] as const)
        await tx
          .insertInto("refunds")
          .values({
            providerId: provider.providerId,
            refundId: state,
            idempotencyKey: state,
            method: "payout",
            state,
            amountCents: 5000,
            currency: "KES",
            reason: "slow",
            askedBy: "u",
            createdAtMs: atMs,
            changedAtMs: atMs,
          } as never)
          .execute();
    });
    const sites = [{ siteId: held.siteId, floatCents: null }];
    for (const who of ["shut", "newPin", "left"] as const)
      held[who] = (
        await hub.call("POST", "/api/v1/sellers", { token, body: { name: who, pin: "482193", sites } })
      ).body.sellerId;

    const wanjala = { name: "Wanjala", phone: "0711000009", email: "wanjala@mail.test", note: "The green gate" };
    const early1 = { ...wanjala, phone: "0711000019" };
    held.customer = (await hub.call("POST", "/api/v1/customers", { token, body: early1 })).body.customerId;
    // Had a number before, and credit with it: two numbers are one person's.
    const early = { token, body: { phone: early1.phone, amountCents: 300 }, headers: { "Idempotency-Key": "early" } };
    expect((await hub.call("POST", "/api/v1/credits", early)).status).toBeLessThan(300);
    const renumber = { token, body: { phone: wanjala.phone } };
    expect((await hub.call("PATCH", `/api/v1/customers/${held.customer}`, renumber)).status).toBe(200);
    const credit = {
      token,
      body: { phone: wanjala.phone, amountCents: 7000 },
      headers: { "Idempotency-Key": "credit" },
    };
    expect((await hub.call("POST", "/api/v1/credits", credit)).status).toBeLessThan(300);
    const line = {
      customerId: held.customer,
      username: "wanjala.home",
      siteIds: [held.siteId],
      billing: "free",
      freeReason: "staff",
    };
    const { planId } = (
      await hub.call("POST", "/api/v1/plans", { token, body: { name: "A month", priceCents: 1000, terms: {} } })
    ).body;
    const ofWanjala = await hub.call("POST", "/api/v1/accounts", { token, body: { ...line, planId } });
    expect(ofWanjala.status).toBe(201);
    held.lineGone = ofWanjala.body.accountId;
    const kamau = { name: "Kamau", phone: "0711000777" };
    const { customerId } = (await hub.call("POST", "/api/v1/customers", { token, body: kamau })).body;
    const lineOf = async (username: string) => {
      const body = { ...line, customerId, username, password: "the-first-password", planId };
      return (await hub.call("POST", "/api/v1/accounts", { token, body })).body.accountId;
    };
    [held.line, held.lineOff] = [await lineOf("kamau.home"), await lineOf("kamau.shop")];

    const out = new PassThrough();
    [, taken] = await Promise.all([writeBackup(hub.database(), 1, out), buffer(out)]);
    const before = (await pieces()).length;

    const id = (made: { tokenId?: string; item?: { tokenId: string } }) => made.tokenId ?? made.item?.tokenId;
    const tokens = (await hub.call("GET", "/api/v1/tokens", { token })).body.items;
    const [first, second] = [id(one) ?? tokens[1].tokenId, id(other) ?? tokens[0].tokenId];
    expect((await hub.call("POST", `/api/v1/tokens/${first}/revoke`, { token })).status).toBe(200);
    const renewed = await hub.call("POST", `/api/v1/tokens/${second}/refresh`, {
      token,
      body: { password: ownerPassword },
    });
    expect(renewed.status).toBe(200);
    expect((await hub.call("PATCH", `/api/v1/users/${held.staff}`, { token, body: { active: false } })).status).toBe(
      200,
    );
    expect((await hub.call("POST", `/api/v1/sites/${held.siteId}/revoke`, { token })).status).toBe(200);
    const adminToken = await hub.adminToken();
    for (const [method, path, by, body] of [
      ["DELETE", `/api/v1/invitations/${cancelled.id}`, token, undefined],
      ["POST", `/api/v1/users/${keeperId}/reset-second-factor`, token, { yourPassword: ownerPassword }],
      ["PUT", "/api/v1/roles/support/second-factor", token, { needed: true }],
      ["POST", `/api/v1/providers/${suspended.providerId}/suspend`, adminToken, {}],
    ] as const) {
      const answer = await hub.call(method, path, { token: by, ...(body === undefined ? {} : { body }) });
      expect(answer.status, `${path} ${answer.text}`).toBeLessThan(300);
    }
    const seller = (method: string, path: string, body?: object) =>
      hub.call(method, `/api/v1/sellers/${path}`, { token, ...(body === undefined ? {} : { body }) });
    expect((await seller("POST", `${held.shut}/disable`)).status).toBe(200);
    expect((await seller("POST", `${held.newPin}/pin`, { pin: "593827" })).status).toBeLessThan(300);
    expect((await seller("PATCH", held.left, { sites: [] })).status).toBe(200);
    const erase = { token, body: { nameText: wanjala.name }, headers: { "Idempotency-Key": "erase" } };
    expect((await hub.call("POST", `/api/v1/customers/${held.customer}/erase`, erase)).status).toBe(200);
    const change = { token, body: { password: "another-password" } };
    expect((await hub.call("POST", `/api/v1/accounts/${held.line}/set-password`, change)).status).toBe(200);
    const off = { token, body: { active: false } };
    expect((await hub.call("PATCH", `/api/v1/accounts/${held.lineOff}`, off)).status).toBe(200);
    sellersThen = await toldSites(hub.database());
    linesThen = await toldSites(hub.database(), "customer-account");
    await vi.waitFor(async () => expect((await pieces()).length).toBeGreaterThan(before), patience);
    await vi.waitFor(async () => {
      const waiting = await hub
        .database()
        .asPlatform("test", (tx) => tx.selectFrom("revocations_noted").select("seq").execute());
      expect(waiting).toEqual([]);
    }, patience);
    for (const name of await pieces()) {
      const bytes = await readFile(join(folder, name));
      for (const word of [provider.providerId, held.staff, held.siteId, "argon2", "users", "agents"])
        expect(bytes.includes(word)).toBe(false);
    }
  }, 240_000);

  test("a piece that was altered, renamed, or sealed by somebody else is refused, and the restore with it", async () => {
    const [name = ""] = (await pieces()).toSorted();
    const bytes = await readFile(join(folder, name));
    const other = createEnvelope(world.random, [world.random.bytes(32)]);
    const altered = Buffer.from(bytes).fill(1, bytes.length - 20, bytes.length - 10);
    const { publicKey } = await hub
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("hub_identity").select("publicKey").executeTakeFirstOrThrow());
    const read = (by = envelope) => revocationsIn(store(), by)(hubTagOf(publicKey), 0);
    await writeFile(join(folder, name), altered);
    await expect(read()).rejects.toMatchObject({ code: "restore/damaged" });
    await writeFile(join(folder, name), bytes);
    await expect(read(other)).rejects.toMatchObject({ code: "secrets/unknown-master-key" });
    const moved = name.replace("000000000001", "000000000009");
    await writeFile(join(folder, moved), bytes);
    await expect(read()).rejects.toMatchObject({ code: "restore/damaged" });
    await rm(join(folder, moved));
    expect((await read()).revocations.length).toBeGreaterThanOrEqual(4);
  }, 240_000);
});

describe("[BEY-29] [SYS-09] the hub that is restored from it", () => {
  afterAll(() => restored?.close()); // hooks run in reverse: after the hub's stop
  beforeAll(async () => {
    const dataDir = join(folder, "restored");
    const engine = await openEngine(world, { databaseUrl: null, dataDir });
    try {
      await restoreBackup(
        world,
        engine,
        await proveBackup(() => Readable.from([taken])),
        revocationsIn(store(), envelope),
      );
    } finally {
      await engine.close();
    }
    restored = await openDatabase(world, { databaseUrl: null, dataDir });
  }, 240_000);
  const hub = useHub("embedded", { masterKeys, database: { current: () => restored } });

  test("refuses the token, the secret of before its renewal, the person, their log-in, and the site's device", async () => {
    const plans = (token: string) => hub.call("GET", "/api/v1/plans", { token });
    for (const [what, token] of Object.entries({
      token: held.token,
      renewed: held.renewedToken,
      login: held.login,
      owner: provider.token,
    }))
      expect((await plans(token)).status, what).toBe(401);
    const staff = await hub.call("POST", "/api/v1/login", {
      body: { email: "otieno@provider.test", password: "otienos-password" },
    });
    expect(staff.status).not.toBe(200);
    const owner = await hub.logIn(provider.ownerEmail, ownerPassword);
    expect((await plans(owner)).status).toBe(200);
    const { body } = await hub.call("GET", `/api/v1/users/${held.staff}`, { token: owner });
    expect(body.active).toBe(false);
    const agent = await restored.asPlatform("test", (tx) =>
      tx.selectFrom("agents").select("revokedAtMs").where("siteId", "=", held.siteId).executeTakeFirst(),
    );
    expect(agent?.revokedAtMs).not.toBe(null);
  });

  test("asks nobody for a second factor that was reset, demands the one that a role needs, and suspends the provider again", async () => {
    const keeper = { email: "achieng@provider.test", password: "achiengs-password" };
    expect((await hub.call("POST", "/api/v1/login", { body: keeper })).status).toBe(200);
    await restored.asPlatform("test", async (tx) => {
      const roles = await tx.selectFrom("second_factor_roles").select(["providerId", "role"]).execute();
      expect(roles).toEqual([{ providerId: provider.providerId, role: "support" }]);
      const { state, sellsUntilMs: untilMs } = await tx
        .selectFrom("providers")
        .select(["state", "sellsUntilMs"])
        .where("providerId", "=", suspended.providerId)
        .executeTakeFirstOrThrow();
      expect([state, untilMs !== null]).toEqual(["suspended", true]);
      // As it is now: it was open, and its site still is by what the back-up tells it.
      const told = await tx
        .selectFrom("feed_rows")
        .select("body")
        .where("providerId", "=", suspended.providerId)
        .where("kind", "=", "site")
        .execute();
      expect(told).toMatchObject([{ body: { name: "Still open", sellsOnline: false } }]);
    });
  });

  test("[RTR-11] lets no router that was taken out into the tunnel again, and enrols nobody with a token of before", async () => {
    const peers = await restored.asPlatform("test", (tx) =>
      tx.selectFrom("wireguard_peers").select("siteId").where("publicKey", "is not", null).execute(),
    );
    expect(peers).toEqual([]);
    for (const token of [held.enrolment, held.fresh]) {
      const body = { token, publicKey: Buffer.alloc(32, 9).toString("base64") };
      const answer = await hub.call("POST", "/api/v1/enrol/agent", { body });
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
    }
  });

  test("[CUS-17] erases again the persons whom the back-up still had, by both numbers, under the same pseudonyms", async () => {
    const rowsOf = (database: OpenDatabase) =>
      database.asProvider(provider.providerId, async (tx) => ({
        erasures: await tx.selectFrom("person_erasures").selectAll().execute(),
        customers: await tx
          .selectFrom("customers")
          .select(["name", "email", "note", "phoneHash", "phoneMasked"])
          .where("customerId", "=", held.customer)
          .execute(),
        accounts: await tx.selectFrom("accounts").select("accountId").where("customerId", "=", held.customer).execute(),
        postings: await tx.selectFrom("ledger_postings").select(["account", "party", "amountCents"]).execute(),
        grants: await tx.selectFrom("erased_grants").select("grantId").execute(),
        numbers: await tx.selectFrom("customer_numbers").select("numberId").execute(),
        told: await tx
          .selectFrom("feed_rows")
          .select("body")
          .where("kind", "=", "customer-account")
          .where("key", "not in", [held.line, held.lineOff])
          .execute(),
      }));
    const now = await rowsOf(restored);
    expect(now.customers).toEqual([{ name: "–", email: null, note: null, phoneHash: null, phoneMasked: null }]);
    expect(now.accounts).toEqual([]);
    expect(now.told).toEqual([{ body: null }]);
    expect(now.numbers).toEqual([]);
    const [one, other] = now.erasures.filter(({ customerId: id }) => id === held.customer);
    expect(now.erasures).toHaveLength(2);
    const noted = { party: null, grants: null };
    expect([one, other]).toMatchObject([{ ...noted, counts: { customers: 1 } }, noted]);
    expect(now.grants, "whose devices a site may send again").toEqual([{ grantId: `a.${held.lineGone}` }]);
    const credit = now.postings.filter(({ party }) => party !== null);
    credit.sort((left, right) => right.amountCents - left.amountCents);
    expect(credit.map(({ party, amountCents: cents }) => [party, cents])).toEqual([
      [other?.pseudonym, -300],
      [one?.pseudonym, -7000],
    ]);
  });

  test("takes no invitation of before: one of them was cancelled", async () => {
    for (const token of [held.invitation, held.open]) {
      const body = { token, password: "my-own-password" };
      expect((await hub.call("POST", "/api/v1/invitations/accept", { body })).body.code).toBe("link-refused");
    }
  });

  test("[PAY-15] sends no refund that the hub of before may have sent: a person looks at the statement first", async () => {
    const token = await hub.logIn(provider.ownerEmail, ownerPassword);
    const { items } = (await hub.call("GET", "/api/v1/refunds", { token })).body;
    const found = Object.fromEntries(items.map((one: { id: string }) => [one.id, one]));
    const problem = expect.stringContaining("look at the channel's statement before you");
    expect(found).toMatchObject({
      asked: { state: "asked", problem },
      approved: { state: "unknown", problem },
      sending: { state: "unknown", problem },
    });
  });

  test("tells the sites that a seller is shut out, has another PIN, or has left, as they had heard it", async () => {
    const sellers = await toldSites(restored);
    expect(sellers.get(held.shut)).toMatchObject({ active: false });
    expect(sellers.get(held.left)).toBe(null);
    expect(sellers).toEqual(sellersThen);
  });

  test("[CUS-01] lets nobody into a line by the password of before, nor into one that was switched off", async () => {
    const lines = await toldSites(restored, "customer-account");
    expect(lines.get(held.lineOff)).toMatchObject({ active: false });
    expect(lines).toEqual(linesThen);
  });

  test("lists what it revoked again, when it was revoked and when that was repeated, to each provider its own", async () => {
    const token = await hub.logIn(provider.ownerEmail, ownerPassword);
    const { items } = (await hub.call("GET", "/api/v1/restores/revocations?limit=100", { token })).body;
    const told = (items as { what: string; label: string }[]).map(({ what, label }) => `${what} ${label}`).sort();
    expect(told).toEqual([
      ...["device-revoked Kiosk", `line-off ${held.lineGone}`, `line-off ${held.lineOff}`],
      ...[`line-password ${held.line}`, "person-dismissed Otieno", `person-erased ${held.customer}`],
      `person-erased ${held.customer}`,
      "second-factor-changed Achieng",
      ...["second-factor-demanded support", "seller-dismissed shut", "seller-left-site left", "seller-pin newPin"],
      ...["token-renewed till", "token-revoked till", "tunnel-ended Kiosk"],
    ]);
    const nowMs = hub.world.clock.wall().atMs;
    for (const { revokedAtMs, repeatedAtMs } of items) {
      expect(revokedAtMs).toBeGreaterThan(nowMs - 600_000);
      expect(repeatedAtMs).toBeGreaterThan(revokedAtMs);
    }
    const of = await hub.call("GET", "/api/v1/restores/revocations", {
      token: await hub.logIn(suspended.ownerEmail, ownerPassword),
    });
    const theirs = (of.body.items as { what: string; label: string }[]).map(({ what, label }) => `${what} ${label}`);
    expect(theirs.sort()).toEqual(["provider-suspended Suspended Networks"]);
    const all = await hub.call("GET", "/api/v1/platform/restores/revocations?limit=100", {
      token: await hub.adminToken(),
    });
    expect(all.body.items).toHaveLength(items.length + 1);
    expect((await hub.call("GET", "/api/v1/platform/restores/revocations", { token })).status).toBe(403);
    const forged = restored.asProvider(provider.providerId, (tx) =>
      tx.updateTable("revoked_again").set({ label: "x" }).execute(),
    );
    await expect(forged).rejects.toThrow(/permission denied/);
  });

  test("goes on behind the pieces of before, so that they are not repeated a second time", async () => {
    const stream = await restored.asPlatform("test", (tx) =>
      tx.selectFrom("revocation_stream").selectAll().executeTakeFirstOrThrow(),
    );
    expect(stream.lastPiece).toBe((await pieces()).length);
  });
});

longTest(
  "[BEY-29] what a piece of a later release says besides, in columns that this one lacks, keeps nothing from being revoked again",
  async () => {
    const database = await openInMemory(world);
    const demand = {
      seq: 1,
      target: "second_factor_roles",
      key: { provider_id: "p", role: "owner" },
      now: { since_ms: 5 },
      atMs: 6,
    };
    const person = {
      seq: 2,
      target: "users",
      key: { provider_id: "p", user_id: "u" },
      now: { active: false, unheard_of: 1 },
      atMs: 7,
    };
    try {
      await database.alone("write", async (run) => {
        await run(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds,
        bridge_data_bytes, created_at_ms, updated_at_ms) values ('p', 'P', 'active', 'KES', 'en', 180, 0, 0, 1, 1)`);
        await run(`insert into users (provider_id, user_id, email, name, role, password_hash, active, created_at_ms, updated_at_ms)
        values ('p', 'u', 'u@p.test', 'U', 'owner', 'x', true, 1, 1)`);
        expect(await repeatFound(run, [demand, person] as readonly Revocation[])).toEqual([
          { providerId: "p", what: "second-factor-demanded", subjectId: "owner", label: "owner", revokedAtMs: 6 },
          { providerId: "p", what: "person-dismissed", subjectId: "u", label: "U", revokedAtMs: 7 },
        ]);
        expect(await run("select role, since_ms::int from second_factor_roles")).toEqual([
          { role: "owner", since_ms: 5 },
        ]);
      });
    } finally {
      await database.close();
    }
  },
  240_000,
);

longTest(
  "[BEY-29] somebody who was let in again after being shut out is let in after the restore too",
  async () => {
    const at = await mkdtemp(join(folder, "again-"));
    const database = await openInMemory(world);
    try {
      const place = createFolderStore(at);
      const sender = createRevocationSender({ world, database, envelope }, place);
      await database.asPlatform("test", async (tx) => {
        const host = { name: "h", madeAtMs: 1, tokenHash: null, publicKey: "k1" };
        await tx
          .insertInto("hosts")
          .values({ hostId: "h1", ...host })
          .execute();
        const identity = { generation: "g", publicKey: "hub", seedSealed: Buffer.from("x"), madeAtMs: 1 };
        await tx.insertInto("hub_identity").values(identity).execute();
      });
      const set = (change: object) =>
        database.asPlatform("test", (tx) => tx.updateTable("hosts").set(change).where("hostId", "=", "h1").execute());
      await set({ revokedAtMs: 5 });
      expect(await sender.sendAll()).toBe(1);
      await set({ revokedAtMs: null, publicKey: "k2" });
      await set({ name: "no revocation" });
      expect(await sender.sendAll()).toBe(1);
      expect(await sender.sendAll()).toBe(0);
      const found = await revocationsIn(place, envelope)(hubTagOf("hub"), 0);
      expect(found.revocations.map(({ now }) => now)).toEqual([
        { revoked_at_ms: 5, public_key: "k1" },
        { revoked_at_ms: null, public_key: "k2" },
      ]);
      expect(found).toMatchObject({ lastPiece: 2, missing: 0 });
      const [first = ""] = (await readdir(at)).filter((name) => !name.includes("head")).toSorted();
      await rm(join(at, first));
      expect(await revocationsIn(place, envelope)(hubTagOf("hub"), 0)).toMatchObject({ missing: 1 });
      const restoring = database.alone("write", async (run) => {
        await run("update revocation_stream set last_piece = 0");
        return findRevocations(run, revocationsIn(place, envelope));
      });
      await expect(restoring, "nobody knows what was in it").rejects.toMatchObject({
        code: "restore/revocations-missing",
        advice: { hint: expect.stringContaining("--without-revocations") },
      });
    } finally {
      await database.close();
    }
  },
  240_000,
);

test("[BEY-29] a process that ended while its clock was years ahead holds up no revocation for years", async () => {
  const at = await mkdtemp(join(folder, "ahead-"));
  const database = await openInMemory(world);
  try {
    await database.asPlatform("test", async (tx) => {
      const identity = { generation: "g", publicKey: "hub", seedSealed: Buffer.from("x"), madeAtMs: 1 };
      await tx.insertInto("hub_identity").values(identity).execute();
      const host = { name: "h", madeAtMs: 1, tokenHash: null, publicKey: "k1" };
      await tx
        .insertInto("hosts")
        .values({ hostId: "h1", ...host })
        .execute();
      await tx.updateTable("hosts").set({ revokedAtMs: 5 }).execute();
    });
    const place = createFolderStore(at);
    const wall = () => ({ ...world.clock.wall(), atMs: unixMs(world.clock.wall().atMs + 4000 * 86_400_000) });
    const ahead = { ...world, clock: { ...world.clock, wall } };
    const ends = { ...place, putBytes: () => new Promise<never>(() => {}) };
    void createRevocationSender({ world: ahead, database, envelope }, ends).sendAll();
    const lease = () =>
      database.asPlatform("test", (tx) => tx.selectFrom("revocation_stream").select("lease").executeTakeFirst());
    await vi.waitFor(async () => expect((await lease())?.lease).not.toBeNull(), patience);
    expect(await createRevocationSender({ world, database, envelope }, place).sendAll()).toBe(1);
  } finally {
    await database.close();
  }
}, 240_000);

test("[BEY-29] [PAY-02] a callback address that was replaced or ended since the back-up is so after its restore, and the new one receives", async () => {
  const at = await mkdtemp(join(folder, "addresses-"));
  const database = await openInMemory(world);
  const ask = (what: string) => database.alone("write", (run) => run(what));
  const state = async () => ({
    channels: await ask("select hook_token_hash, notice_token_hash, encode(keys_sealed, 'hex') as keys from channels"),
    tokens: await ask("select token_hash, replaced_at_ms::int as at from hook_tokens order by token_hash"),
    addresses: await ask("select token_hash, replaced_at_ms::int as at from message_addresses order by token_hash"),
  });
  const before = `
    delete from message_addresses; delete from hook_tokens;
    update channels set hook_token_hash = 'h1', notice_token_hash = 'n1', keys_sealed = '\\x01';
    insert into hook_tokens (provider_id, channel_id, use, token_hash, replaced_at_ms) values
      ('p', 'c', 'confirmation', 'ended', 3), ('p', 'c', 'confirmation', 'n1', null);
    insert into message_addresses (provider_id, channel_id, token_hash, token_sealed, made_at_ms, replaced_at_ms) values
      ('p', 'c', 'lost', '\\x01', 1, 2), ('p', 'c', 'm1', '\\x01', 2, null)`;
  try {
    await ask(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds,
      bridge_data_bytes, created_at_ms, updated_at_ms) values ('p', 'P', 'active', 'KES', 'en', 180, 0, 0, 1, 1);
      insert into hub_identity (generation, public_key, seed_sealed, made_at_ms) values ('g', 'hub', '\\x01', 1)`);
    await ask(`insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash,
      notice_token_hash, active, created_at_ms, updated_at_ms)
      values ('p', 'c', 'mpesa-paybill', 'C', '600100', 'sandbox', '\\x01', 'h1', 'n1', true, 1, 1)`);
    await ask(before);
    await ask("delete from revocations_noted");
    await ask(`update channels set hook_token_hash = 'h2', notice_token_hash = 'n2', keys_sealed = '\\x02';
      update hook_tokens set replaced_at_ms = 9 where token_hash = 'n1'; delete from hook_tokens where token_hash = 'ended';
      update message_addresses set replaced_at_ms = 8 where token_hash = 'm1'; delete from message_addresses where token_hash = 'lost';
      insert into message_addresses (provider_id, channel_id, token_hash, token_sealed, made_at_ms) values ('p', 'c', 'm2', '\\x02', 8)`);
    const then = await state();
    expect(then.tokens).toEqual([{ token_hash: "n1", at: 9 }]);
    const place = createFolderStore(at);
    await createRevocationSender({ world, database, envelope }, place).sendAll();
    const { revocations } = await revocationsIn(place, envelope)(hubTagOf("hub"), 0);
    await database.alone("write", async (run) => {
      await run("set local karibu.restoring = 'yes'");
      await run(before);
      await repeatFound(run, revocations);
    });
    expect(await state()).toEqual(then);
  } finally {
    await database.close();
  }
}, 240_000);

test("[BEY-29] the keys of two routers that changed places since the back-up change places again, and a channel of after it brings none of its addresses", async () => {
  const at = await mkdtemp(join(folder, "places-"));
  const database = await openInMemory(world);
  const ask = (what: string) => database.alone("write", (run) => run(what));
  const peers = () => ask("select site_id, public_key, next_public_key from wireguard_peers order by site_id");
  const before = `
    delete from message_addresses; delete from hook_tokens; delete from channels; delete from wireguard_peers;
    insert into wireguard_peers (provider_id, site_id, address, public_key, next_public_key, made_at_ms) values
      ('p', 'kiosk', '10.89.0.2', 'k1', null, 1), ('p', 'market', '10.89.0.3', 'k2', 'k4', 1), ('p', 'quay', '10.89.0.4', 'k3', null, 1)`;
  try {
    await ask(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds,
      bridge_data_bytes, created_at_ms, updated_at_ms) values ('p', 'P', 'active', 'KES', 'en', 180, 0, 0, 1, 1);
      insert into hub_identity (generation, public_key, seed_sealed, made_at_ms) values ('g', 'hub', '\\x01', 1);
      insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
        select 'p', name, name, 300, true, 1, 1 from unnest(array['kiosk', 'market', 'quay']) name`);
    await ask(before);
    await ask("delete from revocations_noted");
    // The kiosk's router goes to the market, the market's to the kiosk; and the quay's next key was once to be the market's.
    await ask(`delete from wireguard_peers where site_id = 'kiosk';
      update wireguard_peers set public_key = 'k1', next_public_key = null where site_id = 'market';
      insert into wireguard_peers (provider_id, site_id, address, made_at_ms) values ('p', 'kiosk', '10.89.0.2', 2);
      update wireguard_peers set next_public_key = 'k4' where site_id = 'quay';
      update wireguard_peers set public_key = 'k2' where site_id = 'kiosk';
      update wireguard_peers set next_public_key = 'k5' where site_id = 'market'`);
    await ask(`insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash,
      notice_token_hash, active, created_at_ms, updated_at_ms)
      values ('p', 'late', 'mpesa-paybill', 'C', '600100', 'sandbox', '\\x01', 'h1', 'n1', true, 2, 2);
      insert into message_addresses (provider_id, channel_id, token_hash, token_sealed, made_at_ms) values ('p', 'late', 'm1', '\\x01', 2);
      insert into hook_tokens (provider_id, channel_id, use, token_hash, replaced_at_ms) values ('p', 'late', 'push', 'h0', 2)`);
    const then = await peers();
    const place = createFolderStore(at);
    await createRevocationSender({ world, database, envelope }, place).sendAll();
    const { revocations } = await revocationsIn(place, envelope)(hubTagOf("hub"), 0);
    const again = await database.alone("write", async (run) => {
      await run("set local karibu.restoring = 'yes'");
      await run(before);
      return repeatFound(run, revocations);
    });
    expect(await peers()).toEqual(then);
    expect(again.map(({ what, subjectId }) => [what, subjectId]).toSorted()).toEqual([
      ["tunnel-key", "kiosk"],
      ["tunnel-key", "market"],
      ["tunnel-key", "quay"],
    ]);
    expect(await ask("select token_hash from message_addresses union all select token_hash from hook_tokens")).toEqual(
      [],
    );
  } finally {
    await database.close();
  }
}, 240_000);

longTest(
  "[BEY-29] pieces are few under toggling and folded into one; each back-up gets what came after it, and a tail that went missing shows",
  async () => {
    const at = await mkdtemp(join(folder, "many-"));
    const database = await openInMemory(world);
    let movedMs = 0;
    const wall = () => ({ atMs: unixMs(world.clock.wall().atMs + movedMs), quality: "synced" as const });
    const moved = { ...world, clock: { ...world.clock, wall } };
    try {
      const place = createFolderStore(at);
      const sender = createRevocationSender({ world: moved, database, envelope }, place);
      await database.asPlatform("test", async (tx) => {
        for (const hostId of ["h1", "h2"])
          await tx
            .insertInto("hosts")
            .values({ hostId, name: "h", madeAtMs: 1, tokenHash: null, publicKey: "k" })
            .execute();
        const identity = { generation: "g", publicKey: "hub", seedSealed: Buffer.from("x"), madeAtMs: 1 };
        await tx.insertInto("hub_identity").values(identity).execute();
      });
      const set = (host: string, revokedAtMs: number) =>
        database.asPlatform("test", (tx) =>
          tx.updateTable("hosts").set({ revokedAtMs }).where("hostId", "=", host).execute(),
        );
      const names = async () => (await readdir(at)).filter((name) => !name.includes("head"));
      const read = (afterPiece: number) => revocationsIn(place, envelope)(hubTagOf("hub"), afterPiece);
      const brief = ({ revocations, lastPiece, missing }: Awaited<ReturnType<typeof read>>) => ({
        rows: revocations.map(({ key, now }) => [key.host_id, now.revoked_at_ms]),
        lastPiece,
        missing,
      });

      // One that waits for the same row is enough; and after twenty pieces at once, one a minute.
      for (let turn = 1; turn <= 30; turn++) {
        await set("h1", turn);
        await set("h1", 100 + turn);
        await sender.sendAll();
      }
      const burst = (await names()).length;
      expect(burst).toBe(20);
      movedMs += 60_000;
      await set("h2", 7);
      await sender.sendAll();
      expect(await names()).toHaveLength(21);
      expect(brief(await read(19))).toEqual({
        rows: [
          ["h1", 120],
          ["h1", 130],
          ["h2", 7],
        ],
        lastPiece: 21,
        missing: 0,
      });

      await sender.foldBefore(wall().atMs + 1000);
      expect(await names()).toHaveLength(1);
      expect(brief(await read(0))).toEqual({
        rows: [
          ["h1", 130],
          ["h2", 7],
        ],
        lastPiece: 21,
        missing: 0,
      });
      expect(brief(await read(21))).toEqual({ rows: [], lastPiece: 21, missing: 0 });
      movedMs += 60_000;
      expect(await sender.sendAll()).toBe(0); // one more piece may go
      const clockMs = movedMs;
      movedMs -= 400 * 86_400_000; // the clock falls back
      await set("h2", 8);
      await sender.sendAll();
      movedMs = clockMs + 60_000;
      await sender.forgetBefore(wall().atMs - 86_400_000);
      expect(brief(await read(21)), "a restore needs it").toEqual({ rows: [["h2", 8]], lastPiece: 22, missing: 0 });
      const newest = (await names()).toSorted().at(-1) as string;
      await rm(join(at, newest));
      expect(brief(await read(21)), "the store lost its newest piece").toEqual({ rows: [], lastPiece: 22, missing: 1 });
    } finally {
      await database.close();
    }
  },
  240_000,
);
