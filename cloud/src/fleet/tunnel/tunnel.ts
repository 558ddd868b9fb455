/**
 * Keeps the interface in step with the tables of peers and of people's own ends, and the tables with what the interface reports. A hub that may not
 * touch the interface writes a plan for its helper, or a peer file for a person. With several hub processes, each does the same for the
 * interface of its machine.
 */
import type { Timer, World } from "@karibu/protocol/world";
import { askApart } from "../../ground/db/ask-apart.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { type Peer, type PeerReading, readDump } from "./config.ts";
import type { Forward } from "./forwarding.ts";
import { type HubKeys, notePeers, readPeers, wireguardChannel } from "./peers.ts";
import { soundPlan, type TunnelPlan } from "./plan.ts";

/** The operating system: `wg-command.ts` has the real one. */
export interface TunnelEnd {
  /** Identifies the interface: the same for all hub processes of one machine. */
  readonly machine: string;
  /** What an operator must run; null: nothing, the hub does it itself. */
  toRun(): string | null;
  apply(plan: TunnelPlan): Promise<void>;
  /** False: somebody took away what was applied beside the peers (a restart of the machine's firewall). */
  stands(): Promise<boolean>;
  /** `wg show <interface> dump`; null: not available. */
  dump(): Promise<string | null>;
}

export interface Tunnel {
  readonly toRun: string | null;
  /** Why the interface is out of date, or whose ends are shut because they could not be read; null: neither. */
  readonly problem: string | null;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The hub's own end, as others are told of it. */
export interface HubTunnel {
  readonly hubPublicKey: string;
  /** host:port at which it is reached; null: KARIBU_WIREGUARD_ENDPOINT is not set. */
  readonly endpoint: string | null;
}

/** People's ends of the tunnel, of one module. */
export interface OperatorEnds {
  readonly module: string;
  /** Those that are open now. */
  read(tx: Tx, nowMs: number): Promise<{ readonly peers: readonly Peer[]; readonly forwards: readonly Forward[] }>;
  note(tx: Tx, readings: readonly PeerReading[]): Promise<void>;
}

const measureMs = 10_000;

export function createTunnel(
  world: World,
  database: Database,
  {
    end,
    keys,
    port,
    operators,
  }: {
    readonly end: TunnelEnd;
    readonly keys: HubKeys;
    readonly port: number;
    readonly operators: readonly OperatorEnds[];
  },
): Tunnel {
  let applied: string | null = null;
  let appliedKeys: readonly string[] = [];
  let problem: string | null = null;
  let timer: Timer | null = null;
  let working: Promise<void> = Promise.resolve();
  let stopListening: (() => Promise<void>) | null = null;
  let stopped = false;

  /**
   * Where a module fails, its people's ends are shut: nobody knows which of them were ended meanwhile, or lost their right. The routers' stay.
   * @returns what could not be read; null: all was
   */
  async function sync(): Promise<string | null> {
    const nowMs = world.clock.wall().atMs;
    const { plan, notRead } = await database.asPlatform("wireguard-peers", async (tx) => {
      const notRead: string[] = [];
      const peers = await readPeers(tx);
      const forwards: Forward[] = [];
      for (const ends of operators) {
        const theirs = await askApart(world.log, tx, ends.module, () => ends.read(tx, nowMs));
        if (theirs === null) notRead.push(ends.module);
        peers.push(...(theirs?.answer.peers ?? []));
        forwards.push(...(theirs?.answer.forwards ?? []));
      }
      return { plan: soundPlan({ privateKey: keys.privateKey, port, peers, forwards }), notRead };
    });
    const lack = notRead.length === 0 ? null : `not read, and shut: ${notRead.join(", ")}`;
    const text = JSON.stringify(plan);
    if (text === applied) return lack;
    await end.apply(plan);
    applied = text;
    const { peers } = plan;
    appliedKeys = peers.map(({ publicKey }) => publicKey);
    world.log.info("wireguard-peers-applied", { peers: peers.length });
    return lack;
  }

  async function measure(): Promise<void> {
    const read = { machine: end.machine, nowMs: world.clock.wall().atMs };
    if (!(await end.stands())) {
      applied = null;
      await sync();
    }
    const dump = await end.dump();
    if (dump === null) return;
    const readings = readDump(dump);
    const hasRotated = await database.asPlatform("wireguard-peers", async (tx) => {
      for (const ends of operators) await askApart(world.log, tx, ends.module, () => ends.note(tx, readings));
      return await notePeers(tx, readings, read);
    });
    // Somebody restarted the interface: it has no peers, and no change of the table would restore them.
    const known = new Set(readings.map(({ publicKey }) => publicKey));
    const hasLost = appliedKeys.some((key) => !known.has(key));
    if (hasLost) applied = null;
    if (hasRotated || hasLost) await sync();
  }

  /** One run after the other. A failure is reported and tried again at the next run. */
  function soon(work: () => Promise<string | null>): Promise<void> {
    working = working.then(async () => {
      if (stopped) return;
      try {
        problem = await work();
      } catch (error) {
        applied = null;
        problem = error instanceof Error ? error.message : String(error);
        world.log.error("wireguard-failed", { error: problem });
      }
    });
    return working;
  }

  function schedule(): void {
    timer = world.clock.after(measureMs, () => {
      void soon(async () => {
        const lack = await sync();
        await measure();
        return lack;
      }).then(() => stopped || schedule());
    });
  }

  return {
    get toRun() {
      return end.toRun();
    },
    get problem() {
      return problem;
    },
    async start() {
      stopListening = await database.listen(wireguardChannel, () => void soon(sync));
      await soon(sync);
      schedule();
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await stopListening?.();
      await working;
    },
  };
}
