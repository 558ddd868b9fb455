/** A hub whose clock and database's differ, so that nobody knows how old a payment is: none is missing because of its age. */
import { expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { useHub } from "../../test-hub.ts";
import { setChannel } from "../channels/channel-rows.ts";
import { noteProvedAnswer } from "../proofs/proved-answers.ts";
import { initiator, openSweepShop, sweep, untilDone } from "./test-sweep-shop.ts";

const minuteMs = 60_000;

engineSuite("money while the clock is in doubt", { timeout: 400_000 }, (engine) => {
  /** The result addresses of questions about receipts, the newest last. */
  const asked: string[] = [];
  const http: HttpCall = async ({ url, body = "{}" }) => {
    if (url.includes("/oauth/")) return { status: 200, body: '{"access_token":"token","expires_in":"3599"}' };
    if (url.includes("/pulltransactions/")) {
      return { status: 200, body: '{"ResponseCode":"1000","Response":[[]]}' };
    }
    asked.push(new URL(JSON.parse(body).ResultURL).pathname);
    return { status: 200, body: '{"ResponseCode":"0"}' };
  };
  let isClockDoubted = false;
  const hub = useHub(engine, { http, isClockDoubted: () => isClockDoubted });
  async function sweepOnce(doubted: "doubted" | "sure"): Promise<void> {
    isClockDoubted = doubted === "doubted";
    await sweep(hub);
    await untilDone(hub, "payments.");
  }
  const proves = (shop: Awaited<ReturnType<typeof openSweepShop>>, source: "pull" | "transaction-status") =>
    shop.transact((tx) => noteProvedAnswer(tx, hub.world, shop, source, "UKA1FZ8R00"));

  test("[PAY-05] that the channel's list is without it disproves no payment while the clock is in doubt", async () => {
    const shop = await openSweepShop(hub, "Listed", {});
    await proves(shop, "pull");
    await shop.transact((tx) => setChannel(tx, shop, { settings: { pulls: true } }));
    await shop.tell("UKN1FZ8R00", 0);
    for (let more = 0; more < 3; more++) {
      hub.moveClock(31 * minuteMs);
      await sweepOnce("doubted");
    }
    expect(await shop.states()).toEqual(["UKN1FZ8R00 suspense"]);
    await sweepOnce("sure");
    expect(await shop.states()).toEqual(["UKN1FZ8R00 disproved"]);
  });

  test("[PAY-05] an answer that M-Pesa does not know its receipt disproves no payment while the clock is in doubt", async () => {
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
    hub.moveClock(70 * minuteMs);
    await sweepOnce("doubted");
    await answer();
    expect(await shop.states()).toEqual(["UKN1FZ8R02 suspense"]);
    hub.moveClock(61 * minuteMs);
    await sweepOnce("sure");
    await answer();
    expect(await shop.states()).toEqual(["UKN1FZ8R02 disproved"]);
  });
});
