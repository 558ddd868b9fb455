/**
 * Kills a hub with SIGKILL again and again while phones pay at a simulated Daraja that keeps running. At the end the channel's
 * list of payments is compared with the hub's ledger.
 */
import { setTimeout as pause } from "node:timers/promises";
import { freeTcpPort } from "@karibu/tools/start/free-ports";
import { sampleApp } from "../daraja/sample-app.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { startDaraja } from "./payments-hub.ts";
import { type Books, type HubSetting, startHubProcess, untilSettled } from "./test-hub-processes.ts";

/** Payments that complete while the hub is down, at each kill. */
const paidWhileDown = 20;
const buyersAtOnce = 5;

/** @returns the books of both sides after the last hub has finished its work, and how many callbacks were lost */
export async function killAgainAndAgain(run: {
  readonly databaseUrl: string | null;
  readonly dataDir: string | null;
  readonly purchases: number;
  readonly kills: number;
  /** How many PINs are typed per second. */
  readonly perSecond: number;
  /** Between two STK queries of the hub. */
  readonly querySpacingMs?: number;
  readonly seed: number;
}) {
  const random = seededRandom(run.seed);
  const daraja = await startDaraja({ promptMs: 3_600_000, resultMs: 50 });
  const setting: HubSetting = {
    databaseUrl: run.databaseUrl,
    dataDir: run.dataDir,
    port: await freeTcpPort(),
    darajaUrl: daraja.url,
    shops: null,
    apps: [sampleApp],
    querySpacingMs: run.querySpacingMs ?? 20,
  };
  let hub = await startHubProcess(setting);
  const { shops } = hub;
  const phones: string[] = [];
  try {
    for (let buyers = 0; phones.length < run.purchases; ) {
      const atOnce = Math.min(buyersAtOnce, run.purchases - phones.length);
      const some = Array.from({ length: atOnce }, () => `2547${String(20_000_000 + buyers++)}`);
      const started = await Promise.all(some.map((msisdn) => hub.ask<object>({ kind: "buy", shop: 0, msisdn })));
      // A push whose answer came too late is on the phone, and the hub asks about its money. A push that never left a busy
      // machine is on no phone: another phone buys instead.
      const prompted = new Set(daraja.prompts().map(({ msisdn }) => msisdn));
      phones.push(...some.filter((msisdn) => prompted.has(msisdn)));
      if (buyers > 2 * run.purchases + 100) throw new Error(JSON.stringify(started));
    }
    const type = async (msisdn: string | undefined) => {
      if (msisdn === undefined) return;
      daraja.act(msisdn, { kind: "pay", pin: "1234" });
      await pause(1000 / run.perSecond);
    };
    const waiting = [...phones];
    const each = Math.floor(run.purchases / (run.kills + 1));
    for (let kill = 0; kill < run.kills; kill++) {
      const until = Math.floor(each / 2) + random.integer(Math.ceil(each / 2));
      for (let paid = 0; paid < until; paid++) await type(waiting.shift());
      // Callbacks are on their way now, and others are being processed.
      await hub.kill();
      for (let paid = 0; paid < paidWhileDown; paid++) await type(waiting.shift());
      hub = await startHubProcess({ ...setting, shops });
    }
    while (waiting.length > 0) await type(waiting.shift());
    await daraja.delivered();
    await hub.ask({ kind: "pull" });
    const moved = daraja.successes().map(({ receipt, amount }) => ({ receipt, cents: amount * 100 }));
    await untilSettled(hub, moved.length);
    const [books] = await hub.ask<[Books]>({ kind: "books" });
    const lostCallbacks = daraja.prompts().filter(({ deliveries }) => !deliveries.includes(200)).length;
    return { moved, books, lostCallbacks };
  } finally {
    await hub.kill();
    await daraja.stop();
  }
}
