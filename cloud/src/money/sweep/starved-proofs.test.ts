/** Money that stays unproved, whatever is asked, keeps no other money from being asked about, nor from the channel's list. */

import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { useHub } from "../../test-hub.ts";
import { setChannel } from "../channels/channel-rows.ts";
import { noteProvedAnswer } from "../proofs/proved-answers.ts";
import { initiator, openSweepShop, sweep as sweepOf } from "./test-sweep-shop.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
engineSuite("unproved money", (engine) => {
  const questions: string[] = [];
  const http: HttpCall = async ({ url, body = "{}" }) => {
    if (url.includes("/oauth/")) return { status: 200, body: '{"access_token":"token","expires_in":"3599"}' };
    questions.push(JSON.parse(body).TransactionID);
    return { status: 200, body: '{"ResponseCode":"0"}' };
  };
  const hub = useHub(engine, { http });
  const sweep = () => sweepOf(hub);
  const openShop = (name: string, keys: object) => openSweepShop(hub, name, keys);
  const named = (head: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${head}${String(index).padStart(2, "0")}`);

  test("[PAY-05] twenty receipts that no list covers do not keep the list from disproving the next ones", async () => {
    const shop = await openShop("Listed", {});
    const [stuck, forged] = [named("UKL1FZ8R", 20), named("UKM1FZ8R", 5)];
    for (const receipt of stuck) await shop.tell(receipt, 3 * hourMs, 100 * hourMs);
    for (const receipt of forged) await shop.tell(receipt, 2 * hourMs);
    await shop.tell("UKN1FZ8R00", 40 * minuteMs); // too young to be missing
    const nowMs = hub.world.clock.wall().atMs;
    await shop.transact(async (tx) => {
      const channel = { providerId: shop.providerId, channelId: shop.channelId };
      await noteProvedAnswer(tx, hub.world, channel, "pull", "UKA1FZ8R00");
      await tx
        .insertInto("pull_spans")
        .values({ ...channel, fromMs: nowMs - 10 * hourMs, toMs: nowMs, rows: 0, readAtMs: nowMs })
        .execute();
    });
    await sweep();
    expect(await shop.states()).toEqual([
      ...stuck.map((receipt) => `${receipt} suspense`),
      ...forged.map((receipt) => `${receipt} disproved`),
      "UKN1FZ8R00 suspense",
    ]);
  });

  longTest(
    "[PAY-05] an answer that came too early to count is asked for again, of every receipt, once it is old enough",
    async () => {
      const shop = await openShop("Asked", initiator);
      const all = named("UKP1FZ8R", 30);
      for (const receipt of all) await shop.tell(receipt, 20 * minuteMs);
      await shop.transact((tx) =>
        setChannel(
          tx,
          { providerId: shop.providerId, channelId: shop.channelId },
          { initiatorProvedAtMs: hub.world.clock.wall().atMs },
        ),
      );
      /** Sweeps, and M-Pesa answers each question, with nothing that helps. @returns what was asked */
      const round = async () => {
        questions.length = 0;
        await sweep();
        await shop.transact((tx) => tx.updateTable("channel_calls").set({ state: "done" }).execute());
        return [...questions].sort();
      };
      expect(await round()).toEqual(all);
      hub.moveClock(65 * minuteMs);
      expect(await round()).toEqual(all);
      // From then on each sweep asks a few again: those that were asked longest ago.
      hub.moveClock(15 * minuteMs);
      const first = await round();
      expect(first).toHaveLength(20);
      hub.moveClock(15 * minuteMs);
      expect([...first, ...(await round())]).toEqual(expect.arrayContaining(all));
    },
  );

  test("[PAY-05] money that customers still pay at a channel that is switched off is asked about as well", async () => {
    const shop = await openShop("Switched off", initiator);
    const { token, channelId } = shop;
    const off = await hub.call("PATCH", `/api/v1/channels/${channelId}`, { token, body: { active: false } });
    expect(off.status).toBe(200);
    await shop.tell("UKQ1FZ8R00", 20 * minuteMs);
    questions.length = 0;
    await sweep();
    expect(questions).toContain("UKQ1FZ8R00");
  });
});
