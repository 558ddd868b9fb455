/** A hub in one process under virtual time, whose process dies and starts again on the same database. Its doors take bytes: HTTP and the link's frames. */
import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Database } from "@karibu/cloud/ground/db/database";
import { createHubClock } from "@karibu/cloud/ground/db/hub-clock";
import { createOwnProcessReader } from "@karibu/cloud/ground/foreign-files/own-process-reader";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { createInProcessQueue, type InProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import type { Envelope } from "@karibu/cloud/ground/secrets/envelope";
import { createHub, type Hub } from "@karibu/cloud/hub";
import type { LinkSocket } from "@karibu/protocol/link/link";
import type { Clock, World } from "@karibu/protocol/world";
import { askInMemory, type BytesRequest, createOpenConnections } from "../../http/in-memory-http.ts";
import { createSocketPair } from "../../link/socket-pair.ts";
import type { VirtualTime } from "../../world/virtual-time.ts";
import type { FactOf } from "../judge/chronicle.ts";
import { releaseKeys } from "../sites/container.ts";
import { createMortalDatabase, type Death, type MortalDatabase } from "./mortal-database.ts";

export const hubUrl = "http://hub.example";
/** What starts it again waits so long after a start that failed. */
const startAgainMs = 5000;
/** From one end of the link to the other. */
const frameMs = 20;

interface Life {
  readonly hub: Hub;
  readonly server: Server;
  readonly mortal: MortalDatabase;
  readonly jobs: InProcessQueue;
  /** What cuts each link of an agent. */
  readonly wires: Set<() => void>;
  readonly stopClock: () => void;
  isStarted: boolean;
  /** How long it stays away when it dies. */
  offMs: number;
}

export interface HubLifeParts {
  readonly time: VirtualTime;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly onUp: () => void;
  readonly onDown: (how: FactOf<"hub-down">["how"]) => void;
  /** The world of the so many-th process. */
  readonly worldOf: (life: number, clock: Clock) => World;
  /** How a process reaches payment channels. */
  readonly callOut: (clock: Clock) => HttpCall;
  /** Of its machine. */
  readonly name: string;
  /** There is no other process on this database. */
  readonly isAlone: boolean;
  /** Jobs that other processes on this database run now. */
  readonly runningElsewhere: () => readonly string[];
  /** How far its machine's clock is ahead of the true time. */
  readonly aheadMs: number;
}

export type HubLife = ReturnType<typeof createHubLife>;

export function createHubLife(parts: HubLifeParts) {
  const { time, database, envelope, onUp, onDown, worldOf, callOut, name, isAlone, runningElsewhere, aheadMs } = parts;
  const wallClock = time.clock();
  const files = createOwnProcessReader();
  let life: Life | null = null;
  let lives = 0;
  const connections = createOpenConnections();
  /** Of what waits to start again: another start makes it void. */
  let starts = 0;
  /** Bytes that moved count as work: time stands still until who read them has done what it does at once. */
  const onBytes = (): void => void time.track(Promise.resolve());

  async function start(): Promise<void> {
    if (life !== null) return;
    starts++;
    const machine = time.clock({ offsetMs: () => aheadMs });
    const { clock, follow, aheadMs: clockAheadMs } = createHubClock(machine);
    const world = worldOf(lives++, clock);
    if (!isAlone) await follow(async () => time.trueMs(), world.log);
    const onDeath = () => {
      if (life?.mortal !== mortal) return;
      const { offMs } = life;
      end(life);
      onDown("killed");
      startLater(offMs);
    };
    const engine = isAlone ? database.engine : "postgresql";
    const mortal = createMortalDatabase(database, { engine, time, onDeath });
    const jobs = createInProcessQueue(world, mortal.database, { runningElsewhere });
    try {
      const hub = await createHub(
        world,
        {
          database: mortal.database,
          jobs,
          envelope,
          fileReader: { ...files, read: (task) => time.track(files.read(task)) },
          http: callOut(clock),
          ...(isAlone ? {} : { machine: name, clockAheadMs }),
        },
        {
          publicUrl: hubUrl,
          darajaBaseUrl: "http://daraja.example",
          admin: null,
          masterKeyFrom: "setting",
          consoleFolder: null,
          releaseKeys,
        },
      );
      const server = createServer(hub.app);
      const { stop: stopClock } = machine;
      const mine: Life = { hub, server, mortal, jobs, wires: new Set(), stopClock, isStarted: false, offMs: 0 };
      life = mine;
      await hub.start();
      if (life !== mine) return;
      mine.isStarted = true;
      onUp();
    } catch (error) {
      world.log.error("start-failed", { error: String(error) });
      if (life?.mortal === mortal) end(life);
      machine.stop();
      startLater(startAgainMs);
    }
  }

  function end({ wires, stopClock }: Life): void {
    for (const cut of wires) cut();
    stopClock();
    life = null;
  }

  function startLater(afterMs: number): void {
    const mine = ++starts;
    wallClock.after(Math.max(1, afterMs), () => {
      if (starts === mine) void start();
    });
  }

  /** By order: what is under way ends first. @returns false: it does not run, or died meanwhile */
  async function stopInOrder(): Promise<boolean> {
    const stopping = life;
    if (stopping?.isStarted !== true) return false;
    stopping.isStarted = false;
    await stopping.hub.stop();
    if (life !== stopping) return false;
    end(stopping);
    onDown("stopped");
    return true;
  }

  /** By order, or at once where it is about to start; and it does not start again by itself. */
  async function halt(): Promise<void> {
    starts++;
    await stopInOrder();
    starts++;
    const starting = life;
    if (starting === null) return;
    end(starting);
    starting.mortal.die();
    onDown("killed");
  }

  const running = (): Life => {
    if (life?.isStarted !== true) throw new Error("connection refused");
    return life;
  };

  return {
    start,
    isUp: (): boolean => life?.isStarted === true,
    /** The job that it runs now. */
    runningJob: (): string | null => life?.jobs.running() ?? null,
    /** The link of an agent. Throws while no hub listens. */
    dial(): { readonly socket: LinkSocket; cut(): void } {
      const { hub, wires } = running();
      const { agent, hub: hubEnd, cut } = createSocketPair({ deliver: (task) => void wallClock.after(frameMs, task) });
      wires.add(cut);
      hub.link.accept(hubEnd, "203.0.113.7");
      return { socket: agent, cut };
    },
    /** A request to its HTTP server, as bytes. Rejects while no hub listens, and never resolves where it dies meanwhile. */
    async ask(request: BytesRequest): Promise<{ status: number; body: string }> {
      const asked = running();
      // As from a proxy on this machine, whose `X-Forwarded-For` is believed.
      const connect = (serving: Duplex) => {
        connections.add(serving);
        asked.server.emit("connection", Object.assign(serving, { remoteAddress: "127.0.0.1" }));
      };
      const answer = await askInMemory(connect, request, onBytes).catch((error: Error) => {
        if (life === asked) throw error;
        return null;
      });
      return life === asked && answer !== null ? answer : new Promise(() => {});
    },
    kill(offMs: number): void {
      if (life === null) return;
      life.offMs = offMs;
      life.mortal.die();
    },
    /** The story's blows are over: a death for which nothing happened yet does not come. */
    spare: () => life?.mortal.spare(),
    dieAt(death: Death, offMs: number): void {
      if (life === null) return;
      life.offMs = offMs;
      life.mortal.dieAt(death);
    },
    async stop(offMs: number): Promise<void> {
      if (await stopInOrder()) startLater(offMs);
    },
    halt,
    startLater,
    /** It is stopped by order, and starts again on what `work` leaves of its database. @returns whether it came to that: it may have died meanwhile */
    async replace(work: () => Promise<void>, offMs: number): Promise<boolean> {
      if (!(await stopInOrder())) return false;
      await time.track(work());
      startLater(offMs);
      return true;
    },
    /** Ends it for good. */
    async close(): Promise<void> {
      starts++;
      const stopping = life;
      if (stopping === null) return;
      await stopping.hub.stop();
      end(stopping);
    },
    /** The story is told: what hangs on open connections, all of it in the end, may go. */
    hangUp: connections.hangUp,
  };
}
