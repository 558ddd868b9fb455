/**
 * A hub process whose clock is ahead, beside one whose clock is right. All that one knows of the other lies in the database, so it is played by one
 * process whose clock goes ahead and comes back; the database's clock is right all the time.
 */
import { expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { useHub } from "../../test-hub.ts";
import { setChannel } from "../channels/channel-rows.ts";
import { noteProvedAnswer } from "../proofs/proved-answers.ts";
import { initiator, openSweepShop, sweep, untilDone } from "./test-sweep-shop.ts";

const minuteMs = 60_000;
const startMs = Date.now();

engineSuite("money and a hub process whose clock is ahead", { timeout: 400_000 }, (engine) => {
  let isListUp = true;
  /** The result addresses of questions about receipts, the newest last. */
  const asked: string[] = [];
  const http: HttpCall = async ({ url, body = "{}" }) => {
    if (url.includes("/oauth/")) return { status: 200, body: '{"access_token":"token","expires_in":"3599"}' };
    if (url.includes("/pulltransactions/")) {
      if (!isListUp) throw new Error("no answer");
      return { status: 200, body: '{"ResponseCode":"1000","Response":[[]]}' };
    }
    asked.push(new URL(JSON.parse(body).ResultURL).pathname);
    return { status: 200, body: '{"ResponseCode":"0"}' };
  };
  let passedMs = 0;
  const hub = useHub(engine, { http, databaseClock: () => startMs + passedMs });
  /** Time that passes for everybody. */
  const pass = (ms: number) => {
    passedMs += ms;
    hub.moveClock(ms);
  };
  /** @param aheadMs of the process that sweeps */
  async function sweepAhead(aheadMs: number): Promise<void> {
    hub.moveClock(aheadMs);
    await sweep(hub);
    await untilDone(hub, "payments.");
    hub.moveClock(-aheadMs);
  }
  const proves = (shop: Awaited<ReturnType<typeof openSweepShop>>, source: "pull" | "transaction-status") =>
    shop.transact((tx) => noteProvedAnswer(tx, hub.world, shop, source, "UKA1FZ8R00"));

  test("[PAY-05] its list of before a payment does not disprove the payment, however far ahead it said that the list goes", async () => {
    const shop = await openSweepShop(hub, "Listed", {});
    await proves(shop, "pull");
    await shop.transact((tx) => setChannel(tx, shop, { settings: { pulls: true } }));
    await sweepAhead(40 * minuteMs);
    // From now on the list can't be read; a customer pays.
    isListUp = false;
    await shop.tell("UKN1FZ8R00", 0);
    pass(61 * minuteMs);
    await sweepAhead(0);
    expect(await shop.states()).toEqual(["UKN1FZ8R00 suspense"]);
    isListUp = true;
    for (let more = 0; more < 3; more++) {
      pass(10 * minuteMs);
      await sweepAhead(0);
    }
    expect(await shop.states()).toEqual(["UKN1FZ8R00 disproved"]);
  });

  test("[PAY-05] it does not take a payment of this minute for one that the list should have by now", async () => {
    isListUp = true;
    const shop = await openSweepShop(hub, "Young", {});
    await proves(shop, "pull");
    await shop.transact((tx) => setChannel(tx, shop, { settings: { pulls: true } }));
    await shop.tell("UKN1FZ8R01", minuteMs);
    await sweepAhead(70 * minuteMs);
    await sweepAhead(80 * minuteMs);
    expect(await shop.states()).toEqual(["UKN1FZ8R01 suspense"]);
  });

  test("[PAY-05] an answer that M-Pesa does not know a receipt yet does not disprove a payment of this minute", async () => {
    const shop = await openSweepShop(hub, "Asked", initiator);
    await proves(shop, "transaction-status");
    await shop.transact((tx) => setChannel(tx, shop, { initiatorProvedAtMs: hub.world.clock.wall().atMs }));
    const answer = async () => {
      const body = { Result: { ResultType: 0, ResultCode: "2032", ResultDesc: "", TransactionID: "UKX" } };
      expect((await hub.call("POST", asked.at(-1) as string, { body })).status).toBe(200);
      const open = (tx: Tx) => tx.selectFrom("channel_calls").select("callId").where("state", "!=", "done").execute();
      await vi.waitFor(async () => expect(await shop.transact(open)).toEqual([]), { timeout: 60_000, interval: 30 });
    };
    await shop.tell("UKN1FZ8R02", minuteMs);
    await sweepAhead(70 * minuteMs);
    await answer();
    expect(await shop.states()).toEqual(["UKN1FZ8R02 suspense"]);
    pass(61 * minuteMs);
    await sweepAhead(0);
    await answer();
    expect(await shop.states()).toEqual(["UKN1FZ8R02 disproved"]);
  });
});
