/**
 * The agent, as it is shipped, as a RADIUS server against FreeRADIUS: one server at a time on one core, the load on another.
 * All servers run side by side and take turns, round after round, so that whatever else the machine does hits each of
 * them; rows are medians of the rounds. Figures of different runs say little; the ratios do.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildAgent } from "../build/build-agent.ts";
import { medianOf, ratiosTo } from "./radius/figures.ts";
import { freeradiusProgram, startFreeradius } from "./radius/freeradius.ts";
import { missingForSql, startFreeradiusSql } from "./radius/freeradius-sql.ts";
import { startKaribu } from "./radius/karibu.ts";
import type { LoadJob, LoadResult } from "./radius/load.ts";
import { people } from "./radius/people.ts";
import { hasProgram, type ServerProcess } from "./radius/process.ts";

const serverCore = 0;
const loadCore = 1;
const secret = "bench-secret";
const personCount = 20_000;
const firstPort = 23_812;
const rounds = 3;
/** Each has Node's flags of its own (`launcher/node-flags.ts`). */
const boards = { "small-board": 512 * 2 ** 20, "1gb-board": 2 ** 30 };
const memoryRequests = 1_000_000;
const memoryChunk = 100_000;
const peopleInUse = 500;
/** Whole sessions: 256 lanes, five reports each. Ours is so much faster that the peer's count would be over at once. */
const durableRecords = { peer: 20_480, ours: 102_400 };
const loadProgram = join(import.meta.dirname, "radius/load.ts");

type Print = (row: object) => void;
const kinds = ["pap", "chap", "latency", "accounting"] as const;
type Kind = (typeof kinds)[number];
const rowNames: readonly string[] = [...kinds, "durable", "memory"];
interface Contestant {
  readonly name: string;
  readonly server: ServerProcess;
  readonly kinds: readonly Kind[];
}

/**
 * Prints one row a figure. What can't be measured here gets a row that says why. `only`: some of `rowNames`; absent, all.
 * Throws RangeError for a row that there is not.
 */
export async function run(
  print: Print,
  { only = rowNames }: { readonly only?: readonly string[] } = {},
): Promise<void> {
  const strange = only.filter((name) => !rowNames.includes(name));
  if (strange.length > 0) throw new RangeError(`--only: ${strange.join()} is no row; there are ${rowNames.join()}`);
  if (!hasProgram("taskset", "-V")) print({ name: "radius", skipped: "taskset is not installed: nothing is pinned" });
  const folder = mkdtempSync(join(tmpdir(), "karibu-bench-"));
  const servers: ServerProcess[] = [];
  const started = async (starting: Promise<ServerProcess>) => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  const stopped = async (server: ServerProcess | undefined) => void (await server?.stop());
  try {
    const users = people(personCount);
    const agentFolder = join(folder, "agent");
    if ((await buildAgent(agentFolder)) === null)
      return print({ name: "radius", skipped: "there is no agent to build" });
    const ours = { core: serverCore, secret, users, main: join(agentFolder, "agent.cjs") };
    const program = freeradiusProgram();
    const wanted = kinds.filter((kind) => only.includes(kind));
    const contestants: Contestant[] = [];
    if (program === null) print({ name: "radius freeradius-files", skipped: "FreeRADIUS is not installed: no ratios" });
    else if (wanted.length > 0) {
      const options = { folder: join(folder, "peer"), core: serverCore, port: firstPort, secret, users };
      const server = await started(startFreeradius(program, options));
      contestants.push({ name: "freeradius-files", server, kinds });
    }
    const plain = { ...ours, folder: join(folder, "plain"), port: firstPort + 10, interimFlushSeconds: 0 };
    const isPlainWanted = wanted.length > 0 || only.includes("durable");
    const plainServer = isPlainWanted ? await started(startKaribu(plain)) : undefined;
    if (plainServer !== undefined) contestants.push({ name: "karibu", server: plainServer, kinds });
    if (wanted.some((kind) => kind !== "accounting")) {
      for (const [index, [name, boardBytes]] of Object.entries(boards).entries()) {
        const place = { folder: join(folder, name), port: firstPort + 20 + 100 * index, boardBytes };
        const server = await started(startKaribu({ ...ours, ...place }));
        contestants.push({ name: `karibu-on-${name}`, server, kinds: ["pap", "chap", "latency"] });
      }
    }
    for (const kind of wanted) await compare(kind, contestants, print);
    for (const { name, server } of contestants) if (name !== "karibu") await server.stop();
    if (program !== null && plainServer !== undefined && only.includes("durable")) {
      const place = { folder: join(folder, "sql"), port: firstPort + 30 };
      await durablePeer(program, place, plainServer, started, print);
    }
    await stopped(plainServer);
    if (!only.includes("memory")) return;
    const kept = { ...ours, folder: join(folder, "kept"), port: firstPort + 40, boardBytes: boards["small-board"] };
    await watchMemory(await started(startKaribu(kept)), print);
  } finally {
    await Promise.all(servers.map(stopped));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Accounting from Karibu is durable, each interim too; FreeRADIUS writes a flat file that it never syncs. */
async function compare(kind: Kind, contestants: readonly Contestant[], print: Print): Promise<void> {
  const taking = contestants.filter(({ kinds }) => kinds.includes(kind));
  const results = taking.map((): LoadResult[] => []);
  // The first round warms each server up: compilers, caches, first use of every voucher.
  for (let round = 0; round <= (kind === "accounting" ? 1 : rounds); round++) {
    for (const [index, { server }] of taking.entries()) {
      const result = await load(jobFor(kind, server, round));
      if (round > 0) results[index]?.push(result);
    }
  }
  const peer = taking[0]?.name === "freeradius-files" ? medianOf(results[0] as LoadResult[]) : null;
  for (const [index, { name }] of taking.entries()) {
    const result = medianOf(results[index] as LoadResult[]);
    print({
      name: `${name} ${kind}`,
      ...result,
      unit: "requests/s",
      ...(index > 0 && peer ? ratiosTo(peer, result) : {}),
    });
  }
}

/** Long enough before counting that neither side's compiler nor the load's own is in the figure. */
const warmUp = 20_000;

function jobFor(kind: Kind, server: ServerProcess, round: number): LoadJob {
  const base = { secret, people: personCount, serverPid: server.pid, outstanding: 64, perSecond: null, warmUp };
  const job = { ...base, port: server.authPort, count: 60_000, seed: 10 * round };
  switch (kind) {
    case "pap":
    case "chap":
      return { ...job, mode: kind };
    case "latency":
      return { ...job, mode: "pap", count: 4000, warmUp: 500, perSecond: 1000, seed: job.seed + 1 };
    case "accounting": {
      // The kernel's queue has to hold what comes at once: nothing may be lost, and no packet sent twice.
      const count = round === 0 ? durableRecords.peer : 200_000;
      return { ...job, mode: "accounting", port: server.acctPort, count, outstanding: 256, seed: job.seed + 2 };
    }
  }
}

/** Accounting against the peer whose records are durable as well, taking turns. */
async function durablePeer(
  program: string,
  place: { folder: string; port: number },
  ours: ServerProcess,
  started: (starting: Promise<ServerProcess>) => Promise<ServerProcess>,
  print: Print,
): Promise<void> {
  const missing = missingForSql();
  if (missing !== null) return print({ name: "freeradius-postgresql accounting", skipped: missing });
  const peer = await started(startFreeradiusSql(program, { ...place, core: serverCore, secret }));
  const results = { peer: [] as LoadResult[], ours: [] as LoadResult[] };
  for (let round = 0; round < rounds; round++) {
    const seed = 50 + round;
    const { peer: count, ours: ourCount } = durableRecords;
    results.peer.push(await load({ ...jobFor("accounting", peer, 1), count, warmUp: 0, seed }));
    results.ours.push(await load({ ...jobFor("accounting", ours, 1), count: ourCount, warmUp: count, seed }));
  }
  await peer.stop();
  const theirs = medianOf(results.peer);
  const own = medianOf(results.ours);
  // The database's own processor time is not in this figure, nor in a ratio.
  print({ name: "freeradius-postgresql accounting", ...theirs, cpuMicrosEach: null, unit: "requests/s" });
  const { ratio, medianRatio } = ratiosTo(theirs, own);
  print({ name: "karibu durable accounting", ...own, unit: "requests/s", ratio, medianRatio });
}

/**
 * A million log-ins under the router's flags, of 500 people with a session each among 20,000 that are known: the memory of
 * the second half must not be more than that of the first.
 */
async function watchMemory(server: ServerProcess, print: Print): Promise<void> {
  const begin = { ...jobFor("accounting", server, 1), count: peopleInUse, outstanding: peopleInUse };
  await load({ ...begin, warmUp: 0, inUse: peopleInUse });
  const resident: number[] = [];
  for (let chunk = 0; chunk * memoryChunk < memoryRequests; chunk++) {
    const job = { ...jobFor("pap", server, 100 + chunk), warmUp: 0, count: memoryChunk, inUse: peopleInUse };
    resident.push((await load(job)).residentMegabytes ?? Number.NaN);
  }
  const half = resident.length / 2;
  const most = (part: readonly number[]) => Math.max(...part);
  print({
    name: "karibu-router-flags memory",
    requests: memoryRequests,
    sessions: peopleInUse,
    residentMegabytes: resident.at(-1),
    mostInFirstHalf: most(resident.slice(0, half)),
    mostInSecondHalf: most(resident.slice(half)),
    unit: "MB",
  });
}

async function load(job: LoadJob): Promise<LoadResult> {
  const command = [process.execPath, "--max-old-space-size=2048", loadProgram, JSON.stringify(job)];
  const [program, ...rest] = hasProgram("taskset", "-V") ? ["taskset", "-c", String(loadCore), ...command] : command;
  const { stdout } = await promisify(execFile)(program as string, rest, { timeout: 240_000 });
  return JSON.parse(stdout) as LoadResult;
}
