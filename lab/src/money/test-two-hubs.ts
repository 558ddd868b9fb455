/**
 * Two hub processes on one database, behind a balancer, while phones pay at the simulated Daraja. One of them is killed in the middle with SIGKILL, and
 * started again. In the end the channel's list of payments is compared with the books.
 */
import { setTimeout as pause } from "node:timers/promises";
import { freeTcpPort } from "@karibu/tools/start/free-ports";
import { sampleApp } from "../daraja/sample-app.ts";
import { startDaraja } from "./payments-hub.ts";
import { startBalancer } from "./test-balancer.ts";
import { type Books, type HubProcess, type HubSetting, startHubProcess, untilSettled } from "./test-hub-processes.ts";

const buyersAtOnce = 10;
/** Each so many callbacks, one comes to both hubs at once. */
const doubleEach = 7;

/** @returns of each shop what moved at its paybill and its books, after both hubs have ended */
export async function payAtTwoHubs(run: {
  readonly databaseUrl: string;
  readonly shops: number;
  readonly purchases: number;
  /** PINs a second. */
  readonly perSecond: number;
  /** How often one of the two is killed, they by turns. */
  readonly kills: number;
}) {
  const apps = Array.from({ length: run.shops }, (_, shop) => {
    const shortcode = String(500_100 + shop);
    return { ...sampleApp, shortcode, consumerKey: `key-${shop}`, consumerSecret: `secret-${shop}` };
  });
  const daraja = await startDaraja({ apps, promptMs: 3_600_000, resultMs: 50 });
  const balancer = await startBalancer(doubleEach);
  const shared = { databaseUrl: run.databaseUrl, dataDir: null, darajaUrl: daraja.url, publicUrl: balancer.url };
  const first: HubSetting = { ...shared, port: await freeTcpPort(), querySpacingMs: 20, shops: null, apps };
  const hubs: HubProcess[] = [];
  try {
    hubs.push(await startHubProcess(first));
    const { shops } = hubs[0] as HubProcess;
    const settings = [
      { ...first, shops },
      { ...first, shops, port: await freeTcpPort() },
    ] as const;
    hubs.push(await startHubProcess(settings[1]));
    balancer.serve(settings.map(({ port }) => `http://127.0.0.1:${port}`));

    const phones: string[] = [];
    for (let buyers = 0; phones.length < run.purchases; ) {
      const some = Array.from({ length: Math.min(buyersAtOnce, run.purchases - phones.length) }, () => buyers++);
      const msisdnOf = (buyer: number) => `2547${String(30_000_000 + buyer)}`;
      const started = await Promise.all(
        some.map((buyer) => {
          const order = { kind: "buy", shop: buyer % run.shops, msisdn: msisdnOf(buyer) } as const;
          return (hubs[buyer % 2] as HubProcess).ask<object>(order);
        }),
      );
      // A push that never left a busy machine is on no phone: another phone buys instead.
      const prompted = new Set(daraja.prompts().map(({ msisdn }) => msisdn));
      phones.push(...some.map(msisdnOf).filter((msisdn) => prompted.has(msisdn)));
      if (buyers > 2 * run.purchases + 100) throw new Error(JSON.stringify(started));
    }

    const waiting = [...phones];
    /** PINs at their moments, whether callbacks keep up or not. */
    async function type(count: number): Promise<void> {
      const startedMs = performance.now();
      for (let index = 0; index < count; index++) {
        const msisdn = waiting.shift();
        if (msisdn === undefined) return;
        daraja.act(msisdn, { kind: "pay", pin: "1234" });
        const aheadMs = startedMs + ((index + 1) * 1000) / run.perSecond - performance.now();
        if (aheadMs > 0) await pause(aheadMs);
      }
    }
    // So many before each kill, while one hub is away, and after the last.
    const each = Math.floor(run.purchases / (2 * run.kills + 1));
    for (let kill = 0; kill < run.kills; kill++) {
      const which = (kill + 1) % 2;
      await type(each);
      // Callbacks are on their way to both now, and others are being booked.
      await hubs[which]?.kill();
      await type(each);
      hubs[which] = await startHubProcess(settings[which] as HubSetting);
    }
    await type(waiting.length);
    await daraja.delivered();
    const [hub] = hubs as [HubProcess];
    await hub.ask({ kind: "pull" });
    await untilSettled(hub, run.purchases);
    const books = await hub.ask<Books[]>({ kind: "books" });
    const moved = apps.map(({ shortcode }) =>
      daraja
        .successes()
        .filter((success) => success.shortcode === shortcode)
        .map(({ receipt, amount }) => ({ receipt, cents: amount * 100 })),
    );
    return { moved, books, ...balancer.counts() };
  } finally {
    for (const hub of hubs) await hub.kill();
    await balancer.stop();
    await daraja.stop();
  }
}
