/** An initiator is entered, replaced, taken away and tried again on its own: whatever happens to it, the other keys stay as they are. */
import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { askerOf } from "../../test-asking.ts";
import { keysAccepted, useHub } from "../../test-hub.ts";
import { readKeys } from "../channels/key-fields.ts";

const pem = () =>
  generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" }) as string;
const certificate = pem();
const selling = { passkey: "the-passkey", consumerKey: "good-key", consumerSecret: "the-secret" };
const paybill = { kind: "mpesa-paybill", shortcode: "600123", environment: "sandbox", ...selling };
const asking = { initiatorName: "teller", initiatorPassword: "planted-password-1", certificate };

engineSuite("the API of an initiator", (engine) => {
  /** Daraja's answer to the check of keys waits for this. */
  let held: Promise<void> | null = null;
  let isHeldBack = () => {};
  const hub = useHub(engine, {
    async http(request) {
      if (request.url.includes("/oauth/")) {
        isHeldBack();
        await held;
      }
      if (request.headers.authorization?.startsWith("Bearer")) return { status: 200, body: '{"ResponseCode":"0"}' };
      return keysAccepted(request);
    },
  });
  let shops = 0;

  async function openShop(initiator: object = asking) {
    const { token, providerId } = await hub.makeProvider(`Shop-${++shops}`);
    const call = askerOf(hub, () => token);
    const { id } = (await call("POST", "/channels", { ...paybill, ...initiator })).body;
    const row = () =>
      hub
        .database()
        .asProvider(providerId, (tx) =>
          tx.selectFrom("channels").selectAll().where("channelId", "=", id).executeTakeFirstOrThrow(),
        );
    return {
      providerId,
      call,
      id,
      row,
      path: `/channels/${id}`,
      keys: async () => readKeys(hub.envelope.open((await row()).keysSealed, `channel/${providerId}/${id}`).toString()),
    };
  }

  test("[PAY-08] another initiator is sealed, audited without its password, and leaves every other key as it is", async () => {
    const shop = await openShop();
    const before = await shop.keys();
    const other = { initiatorName: "second", initiatorPassword: "planted-password-2" };
    const put = await shop.call("PUT", `${shop.path}/initiator`, other);
    expect(put).toMatchObject({
      status: 200,
      body: { sells: true, keysProblem: null, hasInitiator: true, initiator: { name: "second", state: "unproved" } },
    });
    expect(await shop.keys()).toEqual({ ...before, ...other });
    const { items } = (await shop.call("GET", "/audit?limit=10")).body;
    expect(items[0]).toMatchObject({ action: "PUT /api/v1/channels/{id}/initiator", target: shop.id });
    for (const { text } of [put, await shop.call("GET", "/audit?limit=10"), await shop.call("GET", shop.path)])
      expect(text).not.toContain("planted-password");
  });

  test("[PAY-08] taken away, nothing of it is left; the keys that sell and the callbacks' path stay", async () => {
    const shop = await openShop();
    const { initiatorName: _, initiatorPassword: __, certificate: ___, ...others } = await shop.keys();
    const gone = await shop.call("DELETE", `${shop.path}/initiator`);
    expect(gone).toMatchObject({
      status: 200,
      body: { sells: true, hasInitiator: false, passwordSetAtMs: null, initiator: { name: null, state: "none" } },
    });
    expect(await shop.keys()).toEqual(others);
    expect((await shop.row()).settings).toEqual({});
    const retry = await shop.call("POST", `${shop.path}/initiator/retry`);
    expect(retry).toMatchObject({ status: 409, body: { code: "no-initiator" } });
    expect((await shop.call("GET", "/audit?limit=2")).body.items[0].action).toBe(
      "DELETE /api/v1/channels/{id}/initiator",
    );
  });

  test.each([
    ["initiatorName", { initiatorPassword: "secret-2" }],
    ["initiatorPassword", { initiatorName: "second" }],
    ["initiatorPassword", { initiatorName: "second", initiatorPassword: "se@ret" }],
    ["certificate", { initiatorName: "second", initiatorPassword: "secret-2", certificate: "none" }],
  ])("a bad or missing %s is refused by name, and nothing changes", async (field, body) => {
    const shop = await openShop();
    const before = await shop.row();
    expect(await shop.call("PUT", `${shop.path}/initiator`, body)).toMatchObject({ status: 400, body: { field } });
    expect(await shop.row()).toEqual(before);
  });

  test("a channel without a certificate is asked for one; half an initiator is shown as such", async () => {
    const shop = await openShop({});
    const names = { initiatorName: "second", initiatorPassword: "secret-2" };
    const refused = await shop.call("PUT", `${shop.path}/initiator`, names);
    expect(refused).toMatchObject({ status: 400, body: { field: "certificate" } });
    await shop.call("POST", `${shop.path}/keys`, names);
    expect((await shop.call("GET", shop.path)).body.initiator).toMatchObject({
      state: "incomplete",
      stops: "everything",
    });
    const whole = await shop.call("PUT", `${shop.path}/initiator`, { ...names, certificate });
    expect(whole.body.initiator).toMatchObject({ state: "unproved", stops: "nothing" });
  });

  test("a channel whose keys this hub can't open is listed all the same", async () => {
    const shop = await openShop();
    await hub.database().asProvider(shop.providerId, (tx) =>
      tx
        .updateTable("channels")
        .set({ keysSealed: Buffer.from("torn") })
        .execute(),
    );
    const { items } = (await shop.call("GET", "/channels")).body;
    expect(items).toMatchObject([{ id: shop.id, initiator: { state: "incomplete", stops: "everything" } }]);
    expect(await shop.call("GET", shop.path)).toMatchObject({ status: 200, body: { id: shop.id } });
  });

  test("a channel that has no such calls has no initiator, and a channel that is not there is not found", async () => {
    const shop = await openShop();
    const stripe = { kind: "stripe", environment: "sandbox", secretKey: "sk_test_1", webhookSecret: "whsec_1" };
    const { id, initiator } = (await shop.call("POST", "/channels", stripe)).body;
    expect(initiator).toBeNull();
    for (const [method, rest, body] of [
      ["PUT", "/initiator", asking],
      ["DELETE", "/initiator", undefined],
      ["POST", "/initiator/retry", undefined],
    ] as const) {
      expect(await shop.call(method, `/channels/${id}${rest}`, body)).toMatchObject({ status: 422 });
      expect(await shop.call(method, `/channels/none${rest}`, body)).toMatchObject({ status: 404 });
    }
  });

  test("[PAY-17] while Daraja is asked about the keys that sell, another initiator is entered: both are kept, and the channel sells", async () => {
    const shop = await openShop();
    const waiting = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    held = waiting.promise;
    isHeldBack = asked.resolve;
    const change = shop.call("POST", `${shop.path}/keys`, { consumerSecret: "another-secret" });
    await asked.promise;
    isHeldBack = () => {};
    const put = await shop.call("PUT", `${shop.path}/initiator`, {
      initiatorName: "second",
      initiatorPassword: "secret-2",
    });
    expect(put.status).toBe(200);
    held = null;
    waiting.resolve();
    expect((await change).body).toMatchObject({ sells: true, keysProblem: null, initiator: { name: "second" } });
    expect(await shop.keys()).toMatchObject({ consumerSecret: "another-secret", initiatorName: "second" });
  });

  test("[PAY-08] keys of both kinds that are entered at once are all kept", async () => {
    const shop = await openShop();
    const answers = await Promise.all([
      shop.call("POST", `${shop.path}/keys`, { passkey: "another-passkey" }),
      shop.call("PUT", `${shop.path}/initiator`, { initiatorName: "second", initiatorPassword: "secret-2" }),
      shop.call("POST", `${shop.path}/keys`, { consumerSecret: "another-secret" }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const entered = { passkey: "another-passkey", consumerSecret: "another-secret", initiatorName: "second" };
    expect(await shop.keys()).toMatchObject(entered);
  });
});
