/**
 * Kills a hub with SIGKILL again and again while phones pay at a simulated Daraja that keeps running. At the end the channel's
 * list of payments is compared with the hub's ledger.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freeTcpPort } from "@karibu/tools/start/free-ports";
import { seededRandom } from "../world/seeded-random.ts";
import { type Shop, startDaraja } from "./payments-hub.ts";

export interface HubSetting {
  readonly databaseUrl: string | null;
  readonly dataDir: string | null;
  readonly port: number;
  readonly darajaUrl: string;
  readonly querySpacingMs: number;
  /** Null: the first start makes one. */
  readonly shop: (Shop & { readonly channelId: string }) | null;
}

export type HubOrder =
  | { readonly kind: "buy"; readonly msisdn: string }
  | { readonly kind: "pull" | "progress" | "books" };

/** Progress in counts: reading all rows each time would slow the hub down. */
interface Progress {
  readonly receipts: number;
  readonly paid: number;
  readonly waiting: number;
  readonly states: Readonly<Record<string, number>>;
}

interface Books {
  readonly receipts: readonly { readonly receipt: string; readonly cents: number }[];
  readonly grants: readonly (string | null)[];
  readonly accounts: Readonly<Record<string, number>>;
}

/** Payments that complete while the hub is down, at each kill. */
const paidWhileDown = 20;
const settleMsMax = 240_000;
const lookEveryMs = 250;
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
    shop: null,
    querySpacingMs: run.querySpacingMs ?? 20,
  };
  let hub = await startHubProcess(setting);
  const { shop } = hub;
  const phones: string[] = [];
  try {
    for (let buyers = 0; phones.length < run.purchases; ) {
      const atOnce = Math.min(buyersAtOnce, run.purchases - phones.length);
      const some = Array.from({ length: atOnce }, () => `2547${String(20_000_000 + buyers++)}`);
      const started = await Promise.all(some.map((msisdn) => hub.ask<object>({ kind: "buy", msisdn })));
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
      hub = await startHubProcess({ ...setting, shop });
    }
    while (waiting.length > 0) await type(waiting.shift());
    await daraja.delivered();
    await hub.ask({ kind: "pull" });
    const moved = daraja.successes().map(({ receipt, amount }) => ({ receipt, cents: amount * 100 }));
    for (const untilMs = performance.now() + settleMsMax; ; await pause(lookEveryMs)) {
      const { receipts, paid, waiting: unprocessed, states } = await hub.ask<Progress>({ kind: "progress" });
      if (unprocessed === 0 && receipts >= moved.length && paid >= moved.length) break;
      if (performance.now() > untilMs)
        throw new Error(`${moved.length} moved; ${unprocessed} facts wait; ${JSON.stringify(states)}`);
    }
    const books = await hub.ask<Books>({ kind: "books" });
    const lostCallbacks = daraja.prompts().filter(({ deliveries }) => !deliveries.includes(200)).length;
    return { moved, books, lostCallbacks };
  } finally {
    await hub.kill();
    await daraja.stop();
  }
}

interface HubProcess {
  readonly shop: NonNullable<HubSetting["shop"]>;
  ask<Answer>(order: HubOrder): Promise<Answer>;
  /** Sends SIGKILL and waits for the end. */
  kill(): Promise<void>;
}

async function startHubProcess(setting: HubSetting): Promise<HubProcess> {
  const child: ChildProcess = fork(join(import.meta.dirname, "test-killed-hub-process.ts"), [JSON.stringify(setting)]);
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let orders = 0;
  child.on("message", ({ id, answer, error }: { id: number; answer?: unknown; error?: string }) => {
    if (error === undefined) open.get(id)?.resolve(answer);
    else open.get(id)?.reject(new Error(error));
    open.delete(id);
  });
  const ended = once(child, "exit");
  void ended.then(([code]) => {
    for (const each of open.values()) each.reject(new Error(`the hub ended with ${code}`));
  });
  const wait = <Answer>(id: number) => {
    const deferred = Promise.withResolvers<unknown>();
    open.set(id, deferred);
    return deferred.promise as Promise<Answer>;
  };
  const shop = await wait<HubProcess["shop"]>(0);
  return {
    shop,
    ask(order) {
      const id = ++orders;
      const answer = wait<never>(id);
      child.send({ ...order, id });
      return answer;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
