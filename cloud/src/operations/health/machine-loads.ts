/**
 * How busy the machines of a hub are, for its alarms: each says so itself, and whichever process looks at alarms reads what all said. An alarm of a
 * machine is that machine's, so that an idle one ends no other's; of one that is silent nothing is known, and its alarm ends.
 */
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import { judgeProcessor } from "./judge-parts.ts";

/** Each says so four times a minute. */
const silentMsMax = 2 * 60_000;

export interface MachineTrouble {
  readonly part: "processor";
  readonly machine: string;
  readonly severity: "wrong" | "notice";
  readonly fields: { readonly machine: string; readonly busyPercent: number };
}

export interface MachineLoads {
  /** Says how busy this one is, if that is known. */
  note(): Promise<void>;
  /** Of all machines, this one too. */
  troubles(): Promise<readonly MachineTrouble[]>;
}

/** @param busyPercent null: not known (yet) */
export function createMachineLoads(
  world: World,
  database: Database,
  own: { readonly machine: string; readonly busyPercent: () => number | null },
): MachineLoads {
  async function noteIn(tx: Tx): Promise<void> {
    const percent = own.busyPercent();
    if (percent === null) return;
    const told = { busyPercent: percent, toldAtMs: world.clock.wall().atMs };
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
      return rows.flatMap(({ machine, busyPercent }) => {
        const { grade } = judgeProcessor({ busyPercent });
        if (grade === "ok") return [];
        return [{ part: "processor", machine, severity: grade, fields: { machine, busyPercent } } as const];
      });
    },
  };
}
