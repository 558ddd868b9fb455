/** What is revoked after a back-up was taken stays revoked when that back-up is restored. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openInMemory } from "../../ground/db/memory-template.ts";
import { type OpenDatabase, openDatabase, openEngine } from "../../ground/db/open-database.ts";
import { realWorld } from "../../ground/db/test-databases.ts";
import { readableBody } from "../../ground/feed/stored-body.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { writeBackup } from "./backup.ts";
import { proveBackup } from "./read-backup.ts";
import { revocationsIn } from "./repeat-revocations.ts";
import { restoreBackup } from "./restore.ts";
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
  hostId: "",
  shut: "",
  newPin: "",
  left: "",
};
let provider: TestProvider;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-revocations-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const store = () => createFolderStore(folder);
/** What sites are told of sellers, by the seller. */
async function sellersAtSites(database: OpenDatabase): Promise<Map<string, unknown>> {
  const rows = await database.asPlatform("test", (tx) =>
    tx.selectFrom("feed_rows").select(["scope", "key", "body"]).where("kind", "=", "seller").execute(),
  );
  const { providerId } = provider;
  return new Map(
    rows.map(({ scope, key, body }) => [key, readableBody(envelope, { providerId, scope, kind: "seller", key }, body)]),
  );
}
let sellersThen = new Map<string, unknown>();
const pieces = async () => (await readdir(folder)).filter((name) => name.startsWith("revoked-"));

describe("[BEY-29] what is revoked after the back-up", () => {
  const hub = useHub("embedded", {
    masterKeys,
    backupPlan: () => ({
      ...{ store: store(), workFolder: join(folder, "work"), hour: 0, keep: { days: 7, weeks: 5, months: 12 } },
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
    held.siteId = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Kiosk" } })).body.site.siteId;
    await hub.database().asPlatform("test", async (tx) => {
      const agent = {
        provider_id: provider.providerId,
        site_id: held.siteId,
        public_key: "a".repeat(44),
        enrolled_at_ms: 1,
      };
      await tx
        .insertInto("agents")
        .values({ ...agent, revoked_at_ms: null })
        .execute();
    });
    held.login = await hub.logIn(user.email, user.password);
    const sites = [{ siteId: held.siteId, floatCents: null }];
    for (const who of ["shut", "newPin", "left"] as const)
      held[who] = (
        await hub.call("POST", "/api/v1/sellers", { token, body: { name: who, pin: "482193", sites } })
      ).body.sellerId;

    const out = new PassThrough();
    [, taken] = await Promise.all([writeBackup(hub.database(), 1, out), buffer(out)]);
    const before = (await pieces()).length;

    const id = (made: { tokenId?: string; item?: { tokenId: string } }) => made.tokenId ?? made.item?.tokenId;
    const tokens = (await hub.call("GET", "/api/v1/tokens", { token })).body.items;
    const [first, second] = [id(one) ?? tokens[1].tokenId, id(other) ?? tokens[0].tokenId];
    expect((await hub.call("POST", `/api/v1/tokens/${first}/revoke`, { token })).status).toBe(200);
    const renewed = await hub.call("POST", `/api/v1/tokens/${second}/refresh`, { token, body: {} });
    expect(renewed.status).toBe(200);
    expect((await hub.call("PATCH", `/api/v1/users/${held.staff}`, { token, body: { active: false } })).status).toBe(
      200,
    );
    expect((await hub.call("POST", `/api/v1/sites/${held.siteId}/revoke`, { token })).status).toBe(200);
    const seller = (method: string, path: string, body?: object) =>
      hub.call(method, `/api/v1/sellers/${path}`, { token, ...(body === undefined ? {} : { body }) });
    expect((await seller("POST", `${held.shut}/disable`)).status).toBe(200);
    expect((await seller("POST", `${held.newPin}/pin`, { pin: "593827" })).status).toBeLessThan(300);
    expect((await seller("PATCH", held.left, { sites: [] })).status).toBe(200);
    sellersThen = await sellersAtSites(hub.database());
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
    const { public_key: publicKey } = await hub
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("hub_identity").select("public_key").executeTakeFirstOrThrow());
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
      tx.selectFrom("agents").select("revoked_at_ms").where("site_id", "=", held.siteId).executeTakeFirst(),
    );
    expect(agent?.revoked_at_ms).not.toBe(null);
  });

  test("tells the sites that a seller is shut out, has another PIN, or has left, as they had heard it", async () => {
    const sellers = await sellersAtSites(restored);
    expect(sellers.get(held.shut)).toMatchObject({ active: false });
    expect(sellers.get(held.left)).toBe(null);
    expect(sellers).toEqual(sellersThen);
  });

  test("goes on behind the pieces of before, so that they are not repeated a second time", async () => {
    const stream = await restored.asPlatform("test", (tx) =>
      tx.selectFrom("revocation_stream").selectAll().executeTakeFirstOrThrow(),
    );
    expect(stream.last_piece).toBe((await pieces()).length);
  });
});

test("[BEY-29] somebody who was let in again after being shut out is let in after the restore too", async () => {
  const at = await mkdtemp(join(folder, "again-"));
  const database = await openInMemory(world);
  try {
    const place = createFolderStore(at);
    const sender = createRevocationSender({ world, database, envelope }, place);
    await database.asPlatform("test", async (tx) => {
      const host = { name: "h", made_at_ms: 1, token_hash: null, public_key: "k1" };
      await tx
        .insertInto("hosts")
        .values({ host_id: "h1", ...host })
        .execute();
      const identity = { generation: "g", public_key: "hub", seed_sealed: Buffer.from("x"), made_at_ms: 1 };
      await tx.insertInto("hub_identity").values(identity).execute();
    });
    const set = (change: object) =>
      database.asPlatform("test", (tx) => tx.updateTable("hosts").set(change).where("host_id", "=", "h1").execute());
    await set({ revoked_at_ms: 5 });
    expect(await sender.sendAll()).toBe(1);
    await set({ revoked_at_ms: null, public_key: "k2" });
    await set({ name: "no revocation" });
    expect(await sender.sendAll()).toBe(1);
    expect(await sender.sendAll()).toBe(0);
    const found = await revocationsIn(place, envelope)(hubTagOf("hub"), 0);
    expect(found.revocations.map(({ now }) => now)).toEqual([
      { revoked_at_ms: 5, public_key: "k1" },
      { revoked_at_ms: null, public_key: "k2" },
    ]);
    expect(found).toMatchObject({ lastPiece: 2, missing: 0 });
    const [first = ""] = (await readdir(at)).toSorted();
    await rm(join(at, first));
    expect(await revocationsIn(place, envelope)(hubTagOf("hub"), 0)).toMatchObject({ missing: 1 });
  } finally {
    await database.close();
  }
}, 240_000);
