/**
 * How the machines of a hub are, for its alarms: how busy, and how far their clocks are from the database's. Each says so itself, and whichever process
 * looks at alarms reads what all said. An alarm of a machine is that machine's, so that an idle one ends no other's; of one that is silent nothing is
 * known, and its alarm ends.
 */
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import { judgeClock, judgeProcessor, type PartHealth } from "./judge-parts.ts";

/** Each says so four times a minute. */
const silentMsMax = 2 * 60_000;

export interface MachineTrouble {
  readonly part: PartHealth["name"];
  readonly machine: string;
  readonly severity: "wrong" | "notice";
  readonly fields: PartHealth["figures"];
}

/** What is not known (yet) is null. */
interface MachineWord {
  readonly busyPercent: number | null;
  readonly clockAheadMs: number | null;
}

export interface MachineLoads {
  /** Says how this one is, as far as that is known. */
  note(): Promise<void>;
  /** Of all machines, this one too. */
  troubles(): Promise<readonly MachineTrouble[]>;
}

export function createMachineLoads(
  world: World,
  database: Database,
  own: {
    readonly machine: string;
    readonly busyPercent: () => number | null;
    readonly clockAheadMs: () => number | null;
  },
): MachineLoads {
  async function noteIn(tx: Tx): Promise<void> {
    const word: MachineWord = { busyPercent: own.busyPercent(), clockAheadMs: own.clockAheadMs() };
    if (word.busyPercent === null && word.clockAheadMs === null) return;
    const told = { ...word, toldAtMs: world.clock.wall().atMs };
    await tx
      .insertInto("machine_loads")
      .values({ machine: own.machine, ...told })
      .onConflict((conflict) => conflict.column("machine").doUpdateSet(told))
      .execute();
  }
  return {
    note: () => database.asPlatform("machine-load", noteIn),
    async troubles() {
      const rows = await database.asPlatform("machine-load", async (tx) => {
        await noteIn(tx);
        const nowMs = world.clock.wall().atMs;
        return tx
          .selectFrom("machine_loads")
          .selectAll()
          .where("toldAtMs", ">", nowMs - silentMsMax)
          .where("toldAtMs", "<=", nowMs)
          .orderBy("machine")
          .execute();
      });
      return rows.flatMap(({ machine, ...word }) =>
        judgeMachine(word).flatMap(({ name, grade, figures }) =>
          grade === "ok" ? [] : [{ part: name, machine, severity: grade, fields: { machine, ...figures } }],
        ),
      );
    },
  };
}

function judgeMachine({ busyPercent, clockAheadMs }: MachineWord): PartHealth[] {
  return [
    ...(busyPercent === null ? [] : [judgeProcessor({ busyPercent })]),
    ...(clockAheadMs === null ? [] : [judgeClock({ aheadMs: clockAheadMs })]),
  ];
}
