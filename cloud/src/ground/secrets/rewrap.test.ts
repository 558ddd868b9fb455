import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { codeAt } from "../../identity/credentials/test-totp.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { readCatalog } from "../db/catalog.ts";
import { engineSuite, enginesOfThisRun } from "../db/test-databases.ts";
import { createEnvelope } from "./envelope.ts";
import { countStale, rewrapAll } from "./rewrap.ts";

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };
/** Version, key id, encrypted data key: what a change of the master key writes again. */
const headBytes = 1 + 8 + 12 + 32 + 16;

interface Sealed {
  readonly place: string;
  readonly value: Buffer;
}

engineSuite("a change of the master key of a hub at work", { on: enginesOfThisRun }, (engine) => {
  const [former, next] = [random.bytes(32), random.bytes(32)];
  // As a change goes over several processes: all of them know both keys before the first one seals with the new one.
  const hub = useHub(engine, { masterKeys: [former, next] });
  const first = createEnvelope(random, [next, former]);
  const last = createEnvelope(random, [next]);
  const known = new Map<string, { readonly context: string; readonly secret: Buffer }>();
  let mine: TestProvider;
  let totpSecret: string;

  const seal = hub.envelope.seal;
  Object.assign(hub.envelope, {
    seal(secret: Uint8Array, context: string) {
      const sealed = seal(secret, context);
      known.set(sealed.subarray(headBytes).toString("hex"), { context, secret: Buffer.from(secret) });
      return sealed;
    },
  });

  beforeAll(async () => {
    mine = await hub.makeProvider("Keys");
    const post = async (path: string, body: object, headers = {}) => {
      const answer = await hub.call("POST", path, { token: mine.token, body, headers });
      if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
      return answer.body;
    };
    const { site } = await post("/api/v1/sites", { name: "A" });
    const { items } = (await hub.call("GET", "/api/v1/plans", { token: mine.token })).body;
    const planId = items[0].planId;
    await post("/api/v1/vouchers/batches", { planId, quantity: 5, siteId: site.siteId });
    const keys = { passkey: "passkey", consumerKey: "consumer-key", consumerSecret: "consumer-secret" };
    const channel = { kind: "mpesa-paybill", shortcode: "600100", environment: "sandbox", ...keys };
    const { id } = await post("/api/v1/channels", channel);
    const sender = { kind: "africastalking", name: "SMS", username: "sandbox", apiKey: "sms-api-key" };
    await post("/api/v1/message-senders", sender);
    for (let count = 0; count < 30; count++)
      await post(
        "/api/v1/customers",
        { name: `C${count}`, phone: `07120000${10 + count}` },
        { "Idempotency-Key": `k${count}` },
      );
    const sale = { siteId: site.siteId, planId, phone: "0712345678" };
    await post("/api/v1/payments/purchase", sale, { "Idempotency-Key": "sale" });
    await post("/api/v1/invitations", { email: "guest@keys.test", name: "G", role: "support" });
    await post("/api/v1/sellers", { name: "Cash shop", pin: "80417263" });
    const { secret } = await post("/api/v1/user/second-factor/begin", { password: ownerPassword });
    totpSecret = secret;
    await post("/api/v1/user/second-factor/confirm", {
      code: codeAt(totpSecret, hub.world.clock.wall().atMs),
    });
    // What only payment channels, phones and hosts bring about, as they would write it.
    const { providerId } = mine;
    const sealed = (text: string) => hub.envelope.seal(Buffer.from(text), `test/${text}`);
    await hub.database().asProvider(providerId, async (tx) => {
      const token = { app: `app-of-${id}`, tokenSealed: sealed("daraja token"), endsAtMs: 1, leaseUntilMs: 1 };
      await tx
        .insertInto("channel_tokens")
        .values({ providerId, ...token })
        .execute();
    });
  }, 120_000);

  test("[SYS-13] every sealed column is re-encrypted while the hub serves; both keys open it meanwhile, then only the new one", async () => {
    const before = await readSealed();
    const places = new Set(before.map(({ place }) => place));
    for (const place of [
      "users.totp_sealed",
      "channels.keys_sealed",
      "channel_tokens.token_sealed",
      "customers.phone_sealed",
      "purchases.phone_sealed",
      "voucher_batches.key_sealed",
      "mail_outbox.body_sealed",
      "hub_identity.seed_sealed",
      "idempotent_answers.answer_sealed",
      "message_senders.keys_sealed",
      "feed_rows.body",
    ])
      expect([place, places.has(place)]).toEqual([place, true]);
    expect(Object.keys(await countStale(hub.database(), first)).sort()).toEqual([...places].sort());

    let isWrapping = true;
    let served = 0;
    const use = async () => {
      while (isWrapping || served < 3) {
        const call = (path: string, body?: object, headers = {}) =>
          hub.call(body === undefined ? "GET" : "POST", path, {
            token: mine.token,
            headers,
            ...(body === undefined ? {} : { body }),
          });
        const number = `07130${String(served).padStart(5, "0")}`;
        const answers = [
          await call("/api/v1/customers?limit=100"),
          await call("/api/v1/customers", { name: "New", phone: number }, { "Idempotency-Key": `new-${served}` }),
          await call("/api/v1/customers", { name: "New", phone: number }, { "Idempotency-Key": `new-${served}` }),
          await call("/api/v1/settings/export"),
        ];
        expect(answers.map(({ status }) => status)).toEqual([200, 201, 201, 200]);
        expect(answers[2]?.headers.get("idempotent-replayed")).toBe("true");
        served++;
      }
    };
    const using = use();
    const { wrapped } = await rewrapAll(hub.database(), first).finally(() => {
      isWrapping = false;
    });
    await using;
    expect(wrapped).toBeGreaterThanOrEqual(before.length);
    // Processes that still seal with the former key wrote some more: the next round takes them.
    await rewrapAll(hub.database(), first);
    expect(await countStale(hub.database(), first)).toEqual({});
    const nothing = { wrapped: 0, unreadable: 0 };
    expect(await rewrapAll(hub.database(), first), "nothing is left to do").toEqual(nothing);

    const after = await readSealed();
    expect(after.length).toBeGreaterThanOrEqual(before.length);
    for (const { place, value } of after) {
      const was = known.get(value.subarray(headBytes).toString("hex"));
      if (was === undefined) throw new Error(`${place}: something was sealed that nobody sealed`);
      expect([place, last.open(value, was.context).equals(was.secret)]).toEqual([place, true]);
    }
    // The process that began with the former key goes on as if nothing had been.
    hub.moveClock(60_000);
    const code = codeAt(totpSecret, hub.world.clock.wall().atMs);
    const body = { email: mine.ownerEmail, password: ownerPassword, code };
    expect((await hub.call("POST", "/api/v1/login", { body })).status).toBe(200);
  }, 120_000);

  test("secrets that no key opens any more stay as they are, and keep none of the others from the new key", async () => {
    const stranger = createEnvelope(random, [random.bytes(32)]);
    const older = createEnvelope(random, [former]);
    const lost = stranger.seal(Buffer.from("lost"), "test/lost");
    const tokens = [lost, Buffer.from("damaged"), older.seal(Buffer.from("kept"), "test/kept")];
    const apps = tokens.map((_, at) => `app-${at}`);
    await hub.database().asProvider(mine.providerId, async (tx) => {
      for (const [at, tokenSealed] of tokens.entries())
        await tx
          .insertInto("channel_tokens")
          .values({ providerId: mine.providerId, app: `app-${at}`, tokenSealed, endsAtMs: 1, leaseUntilMs: 1 })
          .execute();
    });
    expect(await rewrapAll(hub.database(), first)).toEqual({ wrapped: 1, unreadable: 2 });
    const kept = await hub
      .database()
      .asProvider(mine.providerId, (tx) =>
        tx.selectFrom("channel_tokens").select("tokenSealed").where("app", "in", apps).orderBy("app").execute(),
      );
    expect(kept.slice(0, 2).map((row) => Buffer.from(row.tokenSealed as Uint8Array))).toEqual(tokens.slice(0, 2));
    expect(last.open(kept[2]?.tokenSealed as Uint8Array, "test/kept").toString()).toBe("kept");
  });

  /** Every sealed value of every table, whatever its context. */
  async function readSealed(): Promise<Sealed[]> {
    return hub.database().asPlatform("test", async (tx) => {
      const found: Sealed[] = [];
      for (const table of await readCatalog(tx)) {
        for (const { name, type } of table.columns) {
          const isFeed = table.name === "feed_rows" && name === "body";
          if (!isFeed && !(type === "bytea" && name.endsWith("_sealed"))) continue;
          const value = isFeed ? sql`decode(body ->> 'sealed', 'base64')` : sql.ref(name);
          const { rows } = await sql<{ value: Uint8Array }>`
              select ${value} as value from ${sql.table(table.name)} where ${value} is not null`.execute(tx);
          found.push(...rows.map((row) => ({ place: `${table.name}.${name}`, value: Buffer.from(row.value) })));
        }
      }
      return found;
    });
  }
});
