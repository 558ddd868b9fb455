/** Wallets whose requests we name: a hub that dies with a request on its way asks about it by that name afterwards. */
import { randomBytes } from "node:crypto";
import type { Database } from "@karibu/cloud/ground/db/database";
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { airtelKeys, createSimulatedAirtel } from "../airtel/simulated-airtel.ts";
import { realWorld } from "../world/real-world.ts";
import { eventually, openShop, quickAsk, readBooks, startHub } from "./payments-hub.ts";

const masterKey = new Uint8Array(randomBytes(32));
const none = { url: "http://127.0.0.1:1" };

engineSuite("Airtel Money", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  type Hub = Awaited<ReturnType<typeof startHub>>;
  type Shop = Awaited<ReturnType<typeof openShop>>;
  const addChannel = (hub: Hub, { providerId }: Shop) =>
    database.current().asProvider(providerId, (tx) =>
      hub.payments.createChannel(tx, providerId, {
        kind: "airtel-money",
        environment: "production",
        ...airtelKeys,
      } as Parameters<Hub["payments"]["createChannel"]>[2]),
    );
  const noticePath = async (hub: Hub, { providerId }: Shop, channelId: string) => {
    const read = hub.channelRoute("GET", "/api/v1/channels/{id}", { providerId, channelId });
    return new URL(((await read) as { noticeUrl: string }).noticeUrl).pathname;
  };

  const ways = [
    ["by itself", false],
    ["when the notice comes", true],
  ] as const;
  test.each(inLongRunAll(ways, ([, notifies]) => !notifies))(
    "[PAY-22] a hub killed before it stored the answer finds the payment %s",
    async (_, notifies) => {
      const airtel = createSimulatedAirtel(realWorld());
      const http: HttpCall = async (call) => airtel.request(call);
      const ask = {
        ...quickAsk,
        agesMs: notifies ? [60_000, 60_000] : [50, 80, 120, 200, 300],
        answerLostAfterMs: 250,
      };
      const shop = await openShop(database.current());
      const setUp = await startHub(database.current(), none, { masterKey, http });
      const channelId = await addChannel(setUp, shop);
      await setUp.stop();
      const mortal = diesWhen(database.current(), () => airtel.payments().length > 0);
      const first = await startHub(mortal, none, { masterKey, ask, http });
      const order = { idempotencyKey: "k", planId: shop.planId, phone: "0733123456" };
      await expect(first.rpc("start-purchase", shop, order)).rejects.toThrow("the hub is dead");
      await first.stop();
      const notice = airtel.decide(airtel.payments()[0]?.id ?? "", "TS");
      const second = await startHub(database.current(), none, { masterKey, ask, http });
      if (notifies) {
        const path = await noticePath(second, shop, channelId);
        expect((await fetch(second.url + path, { method: "POST", body: notice })).status).toBe(200);
      }
      await eventually(
        () => readBooks(database.current(), shop.providerId),
        ({ purchases, grants }) => {
          expect(purchases.map(({ state }) => state)).toEqual(["paid"]);
          expect(grants).toHaveLength(1);
        },
      );
      expect(airtel.payments()).toHaveLength(1);
      await second.stop();
    },
  );

  longTest("[PAY-22] ordinary sales leave nothing on the review list", async () => {
    const airtel = createSimulatedAirtel(realWorld());
    const shop = await openShop(database.current());
    const hub = await startHub(database.current(), none, {
      masterKey,
      ask: quickAsk,
      http: (async (call) => airtel.request(call)) as HttpCall,
    });
    const path = await noticePath(hub, shop, await addChannel(hub, shop));
    for (const phone of ["0733123456", "0733123457"]) {
      const order = { idempotencyKey: phone, planId: shop.planId, phone };
      const { purchaseId } = (await hub.rpc("start-purchase", shop, order)) as { purchaseId: string };
      const notice = airtel.decide(airtel.payments().at(-1)?.id ?? "", "TS");
      await fetch(hub.url + path, { method: "POST", body: notice });
      const state = () => hub.rpc("purchase-state", shop, { purchaseId }) as Promise<{ state: string }>;
      await eventually(state, (now) => expect(now.state).toBe("paid"));
    }
    expect(await hub.review(shop.providerId)).toEqual([]);
    await hub.stop();
  });
});

/** Once this holds, nothing more of the process reaches the database: as after SIGKILL. */
function diesWhen(real: Database, isDead: () => boolean): Database {
  const alive = <T>(work: () => Promise<T>): Promise<T> =>
    isDead() ? Promise.reject(new Error("the hub is dead")) : work();
  return {
    ...real,
    asProvider: (providerId, work) => alive(() => real.asProvider(providerId, work)),
    asPlatform: (why, work) => alive(() => real.asPlatform(why, work)),
  };
}
