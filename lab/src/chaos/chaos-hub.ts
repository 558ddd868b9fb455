/** A hub of the chaos: the real process on its machine, with a small disk for what waits for the database. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { World } from "@karibu/protocol/world";
import { type KeptProcess, keepProcess } from "./kept-process.ts";
import { admin } from "./shop.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";
import type { MachineInStreet } from "./street.ts";

const hubMain = fileURLToPath(new URL("../../../cloud/src/main.ts", import.meta.url));
const clockShim = fileURLToPath(new URL("./step-clock.ts", import.meta.url));
const masterKey = Buffer.alloc(32, 9).toString("base64");
const diskMegabytes = 16;
export const hubPort = 8000;

export interface ChaosHub {
  readonly process: KeptProcess;
  readonly disk: SmallDisk;
  setClock(stepMs: number): void;
}

export function openHub(
  world: Pick<World, "clock">,
  given: {
    readonly number: number;
    readonly place: MachineInStreet;
    readonly folder: string;
    readonly publicUrl: string;
    readonly databaseUrl: string;
    readonly darajaUrl: string;
  },
): ChaosHub {
  const name = `hub${given.number}`;
  const disk = mountSmallDisk(join(given.folder, name), "hub", diskMegabytes);
  const clockFile = join(given.folder, `${name}-clock`);
  return {
    disk,
    setClock: (stepMs) => writeFileSync(clockFile, String(stepMs)),
    process: keepProcess(world, {
      name,
      logFile: join(given.folder, `${name}.log`),
      saysReady: '"hub-ready"',
      spawn: () =>
        given.place.machine.start([process.execPath, "--import", clockShim, hubMain], {
          CLOCK_STEP_FILE: clockFile,
          PORT: String(hubPort),
          DATABASE_URL: given.databaseUrl,
          KARIBU_DATA: disk.folder,
          KARIBU_SPOOL_MEGABYTES: "8",
          KARIBU_PUBLIC_URL: given.publicUrl,
          KARIBU_MASTER_KEY: masterKey,
          KARIBU_ADMIN_EMAIL: admin.email,
          KARIBU_ADMIN_PASSWORD: admin.password,
          DARAJA_BASE_URL: given.darajaUrl,
        }),
    }),
  };
}
