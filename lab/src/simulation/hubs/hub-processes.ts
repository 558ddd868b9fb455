/**
 * The processes of a hub on one database, behind what shares requests and links among them: one, or two whose machines' clocks differ. Each dies, stops and starts by
 * itself.
 */
import type { BytesRequest } from "../../http/in-memory-http.ts";
import type { FactOf, NewFact } from "../judge/chronicle.ts";
import { createHubLife, type HubLife, type HubLifeParts } from "./hub-life.ts";
import type { Death } from "./mortal-database.ts";

export interface HubProcessesParts
  extends Omit<HubLifeParts, "worldOf" | "name" | "isAlone" | "runningElsewhere" | "aheadMs" | "onUp" | "onDown"> {
  readonly note: (fact: NewFact) => void;
  /** Of each process, how far its clock is ahead of the true time. */
  readonly aheadMs: readonly number[];
  /** The world of a process's so many-th life. */
  readonly worldOf: (nth: number, ...life: Parameters<HubLifeParts["worldOf"]>) => ReturnType<HubLifeParts["worldOf"]>;
  /** Who is asked next. */
  readonly chance: { integer(belowExclusive: number): number };
}

export type HubProcesses = ReturnType<typeof createHubProcesses>;

export function createHubProcesses({ aheadMs, note, worldOf, chance, ...parts }: HubProcessesParts) {
  let blows = 0;
  const all: readonly HubLife[] = aheadMs.map((ahead, nth) =>
    createHubLife({
      ...parts,
      name: `hub-${nth + 1}`,
      aheadMs: ahead,
      isAlone: aheadMs.length === 1,
      worldOf: (life, clock) => worldOf(nth, life, clock),
      runningElsewhere: () =>
        all.flatMap((each, at) => (at === nth ? [] : [each.runningJob()])).filter((jobId) => jobId !== null),
      onUp,
      onDown,
    }),
  );

  const running = (): readonly HubLife[] => all.filter((each) => each.isUp());

  /** A story calls its hub away while one of them is. */
  function onUp(): void {
    if (running().length === all.length) note({ kind: "hub-up" });
  }

  function onDown(how: FactOf<"hub-down">["how"]): void {
    note({ kind: "hub-down", how, othersUp: running().length });
  }

  /** One that runs, as what stands before them chooses; where none does, any. */
  function chosen(): HubLife {
    const up = running();
    return (up.length > 1 ? up[chance.integer(up.length)] : (up[0] ?? all[0])) as HubLife;
  }

  /** What strikes falls on one after the other. */
  const struck = (): HubLife => all[blows++ % all.length] as HubLife;

  return {
    async start(): Promise<void> {
      for (const ahead of aheadMs.slice(1)) note({ kind: "hub-beside", aheadMs: ahead });
      for (const each of all) await each.start();
    },
    isUp: (): boolean => running().length === all.length,
    /** The link of an agent. Throws while no hub listens. */
    dial: () => chosen().dial(),
    /** A request, as bytes. Rejects while no hub listens, and never resolves where it dies meanwhile. */
    ask: (request: BytesRequest) => chosen().ask(request),
    kill: (offMs: number): void => struck().kill(offMs),
    dieAt: (death: Death, offMs: number): void => struck().dieAt(death, offMs),
    /** The story's blows are over: a death for which nothing happened yet does not come. */
    spare(): void {
      for (const each of all) each.spare();
    },
    /** By order: what is under way ends first. */
    stop: (offMs: number): Promise<void> => struck().stop(offMs),
    /** All are stopped by order, and start again on what `work` leaves of their database. @returns whether it came to that: one may have died meanwhile */
    async replace(work: () => Promise<void>, offMs: number): Promise<boolean> {
      const [first, ...others] = all as [HubLife, ...HubLife[]];
      for (const other of others) await other.halt();
      const isReplaced = await first.replace(work, offMs);
      for (const other of others) other.startLater(offMs);
      return isReplaced;
    },
    /** Ends it for good. */
    async close(): Promise<void> {
      for (const each of all) await each.close();
    },
    /** The story is told: what hangs on open connections, all of it in the end, may go. */
    hangUp(): void {
      for (const each of all) each.hangUp();
    },
  };
}
