/**
 * A hub that is killed with SIGKILL again and again while phones pay, against a simulated Daraja that lives on: in the end
 * the channel's own list of what moved and the hub's ledger are put side by side.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freeTcpPort } from "@karibu/tools/start/free-ports";
import { seededRandom } from "../simulation/seeded-random.ts";
import { type Shop, startLab } from "./hub-bench.ts";

export interface HubSetting {
  readonly databaseUrl: string | null;
  readonly dataDir: string | null;
  readonly port: number;
  readonly darajaUrl: string;
  readonly questionSpacingMs: number;
  /** Null: the first start makes one. */
  readonly shop: (Shop & { readonly channelId: string }) | null;
}

export type HubOrder =
  | { readonly kind: "buy"; readonly msisdn: string }
  | { readonly kind: "pull" | "progress" | "books" };

/** How far it has come, in counts: reading all books again and again would keep the hub from its work. */
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

/** Payments that end while nobody is there to hear of it, at each kill. */
const paidMeanwhile = 20;
const settleMsMax = 240_000;
const lookEveryMs = 250;
const buyersAtOnce = 5;

/** @returns both sides' books after the last hub has come to rest, and how many callbacks reached nobody */
export async function killAgainAndAgain(run: {
  readonly databaseUrl: string | null;
  readonly dataDir: string | null;
  readonly purchases: number;
  readonly kills: number;
  /** The PINs are typed at this rate. */
  readonly perSecond: number;
  /** Between two questions of the hub about what it has not heard of. */
  readonly questionSpacingMs?: number;
  readonly seed: number;
}) {
  const chance = seededRandom(run.seed);
  const lab = await startLab({ promptMs: 3_600_000, resultMs: 50 });
  const { desk } = lab.daraja;
  const setting: HubSetting = {
    databaseUrl: run.databaseUrl,
    dataDir: run.dataDir,
    port: await freeTcpPort(),
    darajaUrl: lab.url,
    shop: null,
    questionSpacingMs: run.questionSpacingMs ?? 20,
  };
  let hub = await startMortal(setting);
  const { shop } = hub;
  const phones: string[] = [];
  try {
    for (let buyers = 0; phones.length < run.purchases; ) {
      const atOnce = Math.min(buyersAtOnce, run.purchases - phones.length);
      const some = Array.from({ length: atOnce }, () => `2547${String(20_000_000 + buyers++)}`);
      const started = await Promise.all(some.map((msisdn) => hub.ask<object>({ kind: "buy", msisdn })));
      // A push whose answer came too late for the hub is on the phone all the same: its money is asked about. One that never
      // left a busy machine is on no phone: somebody else buys.
      const prompted = new Set(desk.prompts().map(({ msisdn }) => msisdn));
      phones.push(...some.filter((msisdn) => prompted.has(msisdn)));
      if (buyers > 2 * run.purchases + 100) throw new Error(JSON.stringify(started));
    }
    const type = async (msisdn: string | undefined) => {
      if (msisdn === undefined) return;
      desk.act(msisdn, { kind: "pay", pin: "1234" });
      await pause(1000 / run.perSecond);
    };
    const waiting = [...phones];
    const each = Math.floor(run.purchases / (run.kills + 1));
    for (let kill = 0; kill < run.kills; kill++) {
      const until = Math.floor(each / 2) + chance.integer(Math.ceil(each / 2));
      for (let paid = 0; paid < until; paid++) await type(waiting.shift());
      // In the middle of it: callbacks are on their way, others are being judged.
      await hub.kill();
      for (let paid = 0; paid < paidMeanwhile; paid++) await type(waiting.shift());
      hub = await startMortal({ ...setting, shop });
    }
    while (waiting.length > 0) await type(waiting.shift());
    await desk.delivered();
    await hub.ask({ kind: "pull" });
    const moved = desk.successes().map(({ receipt, amount }) => ({ receipt, cents: amount * 100 }));
    for (const untilMs = performance.now() + settleMsMax; ; await pause(lookEveryMs)) {
      const { receipts, paid, waiting: unjudged, states } = await hub.ask<Progress>({ kind: "progress" });
      if (unjudged === 0 && receipts >= moved.length && paid >= moved.length) break;
      if (performance.now() > untilMs)
        throw new Error(`${moved.length} moved; ${unjudged} facts wait; ${JSON.stringify(states)}`);
    }
    const books = await hub.ask<Books>({ kind: "books" });
    const unheard = desk.prompts().filter(({ deliveries }) => !deliveries.includes(200)).length;
    return { moved, books, unheard };
  } finally {
    await hub.kill();
    await lab.stop();
  }
}

interface MortalHub {
  readonly shop: NonNullable<HubSetting["shop"]>;
  ask<Answer>(order: HubOrder): Promise<Answer>;
  /** SIGKILL, and its end. */
  kill(): Promise<void>;
}

async function startMortal(setting: HubSetting): Promise<MortalHub> {
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
  const shop = await wait<MortalHub["shop"]>(0);
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
