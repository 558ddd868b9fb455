/**
 * What the router's image weighs: its file, its layers, an update, its memory idle and under load, and the time from the
 * start of the container to the first RADIUS answer. Memory and start are those of the amd64 image in separate namespaces.
 */

import { execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { createSocket } from "node:dgram";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { compressLayer } from "@karibu/cloud/fleet/registry/compress-layer";
import { architectures } from "@karibu/container/image/architectures";
import { buildBaseLayer } from "@karibu/container/image/base-layer";
import { type BootedImage, bootImage } from "@karibu/container/image/boot-image";
import { buildImage } from "@karibu/container/image/build-image";
import { systemMirror } from "@karibu/container/image/debian-mirror";
import { gzip } from "@karibu/container/image/gzip";
import { type TarEntry, writeTar } from "@karibu/container/image/tar";
import { launcherNodeFlags, nodeEnvironment } from "@karibu/container/launcher/node-flags";
import { answersStatusServer, buildStatusServer } from "@karibu/container/launcher/status-server";
import { encodeBundle } from "@karibu/protocol/bundle/bundle-format";
import { writePublicKey } from "@karibu/protocol/bundle/release-key";
import { buildApplicationLayer } from "../build/build-application-layer.ts";
import { buildRelease } from "../build/build-release.ts";
import { readLockedPackages } from "../build/read-locked-packages.ts";
import { repositoryRoot } from "../build/repository.ts";
import { freeTcpPort, freeUdpPort } from "../start/free-ports.ts";
import { share, sorted } from "./callback/shares.ts";
import { runLoad, runPast, sleepMs } from "./image/load.ts";
import { childOf, type Memory, memoryOf } from "./image/memory.ts";

type Print = (row: object) => void;

const secret = "bench-secret";
const sessions = 500;
const packetsPerSecond = 200;
const vouchers = Array.from({ length: 20_000 }, (_, index) => String(10_000_000 + index * 4397));
/** What a site keeps of its past. */
const closedSessions = 10_000;
/** Minutes: the heap swings from one collection to the next. */
const loadMs = 180_000;
const lookEveryMs = 500;
/** By these the launcher chooses the flags. */
const boards = [
  { name: "a board of 512 MB", bytes: 512 * 2 ** 20, idle: 14, busy: 19 },
  { name: "a board of 1 GB", bytes: 1024 * 2 ** 20, idle: null, busy: 26 },
] as const;
const starts = 11;
const settledMs = 30_000;

export async function run(print: Print): Promise<void> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const publicKey = writePublicKey(privateKey);
  const release = await buildRelease();
  const options = {
    lockedPackages: await readLockedPackages(),
    cache: join(repositoryRoot, ".cache/image"),
    mirror: systemMirror() ?? "",
    progress: () => {},
    isWhole: false,
  };
  const layers = async (arch: "arm64" | "amd64") => {
    const base = await buildBaseLayer(architectures[arch], options);
    return { base, application: await buildApplicationLayer(release, { publicKey, base: base.node.version }) };
  };
  const row = (name: string, value: number, unit: string, goal: number | null): void =>
    print({ name, value: Math.round(value * 100) / 100, unit, ...(goal === null ? {} : { goal, met: value <= goal }) });
  const { base, application } = await layers("arm64");
  const about = { version: "0.0.0", nodeVersion: base.node.version };
  const image = buildImage(architectures.arm64, [...base.files, ...application], about);
  const zipped = async (files: readonly TarEntry[]) => mb((await gzip(writeTar(files))).length);
  row("arm64 tar", mb(image.archive.length), "MB", 79);
  row("arm64 base layer, gzip", await zipped(base.files), "MB", 29);
  row("arm64 base layer, as the hub serves it", mb((await compressLayer(writeTar(base.files))).length), "MB", 29);
  row("arm64 application layer, gzip", await zipped(application), "MB", 1);
  const bundle = encodeBundle(release.files, { version: release.version, minimalImage: "0.1.0" }, privateKey);
  const program = await gzip(release.files.get("agent/agent.cjs") ?? new Uint8Array());
  row("what of the agent is always loaded, gzip", program.length / 1e3, "kB", 200);
  row("bundle update", bundle.length / 1e3, "kB", 700);

  if (process.arch !== "x64") return;
  const amd64 = await layers("amd64");
  const folder = await mkdtemp(join(tmpdir(), "karibu-bench-image-"));
  try {
    await unpack(join(folder, "root"), [...amd64.base.files, ...amd64.application]);
    await measureStarts(folder, row);
    await measureMemory(folder, row);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Row = (name: string, value: number, unit: string, goal: number | null) => void;

/** From the start of the launcher to the first answered Status-Server; with the files in the page cache, and without. */
async function measureStarts(folder: string, row: Row): Promise<void> {
  for (const cached of [true, false]) {
    const times: number[] = [];
    for (let turn = 0; turn < starts; turn++) {
      if (!cached) await dropFromCache(join(folder, "root/bin/node"));
      times.push(await startOnceMs(folder));
    }
    times.sort((a, b) => a - b);
    const name = `cold start to first RADIUS answer, ${cached ? "files cached" : "Node's file not cached"}`;
    row(`${name}, median of ${starts}`, times[starts >> 1] as number, "ms", cached ? 150 : null);
    // What it takes when nothing else asks for the processor.
    row(`${name}, fastest`, times[0] as number, "ms", null);
  }
}

/** A year-old site: what it keeps of its past, and the load of today. Idle and busy, on each kind of board. */
async function measureMemory(folder: string, row: Row): Promise<void> {
  const siteFile = {
    plans: [{ name: "day", validitySeconds: 86_400, downKbps: 2000, upKbps: 1000, devices: 1 }],
    vouchers: vouchers.map((code) => ({ code, plan: "day" })),
  };
  for (const board of boards) {
    const idle = await boot(folder, {}, board.bytes);
    await idle.booted.heard("release-proved");
    // V8 collects what the start left after some ten seconds.
    await sleepMs(settledMs);
    const look = await weigh(idle.booted);
    row(`agent, resident, idle, ${board.name}`, mb(look.agent.residentBytes), "MB", 62);
    row(`agent, not file pages, idle, ${board.name}`, mb(look.agent.anonymousBytes), "MB", board.idle);
    row(`container (PSS), idle, ${board.name}`, mb(proportionalBytes(look)), "MB", 75);
    await idle.booted.stop();

    const before = await boot(folder, siteFile, board.bytes);
    await before.booted.heard("release-proved");
    const past = await runPast({ secret, ...before, sessions, vouchers }, closedSessions);
    await before.booted.stop();

    // A restart since: what the past left in the heap is not what a site keeps of it.
    const busy = await bootOn(folder, board.bytes);
    await busy.booted.heard("release-proved");
    const load = { secret, ...busy, sessions, vouchers };
    const looks: Weighed[] = [];
    const looker = setInterval(() => void weigh(busy.booted).then((look) => looks.push(look)), lookEveryMs);
    const { sent, answered } = await runLoad(load, packetsPerSecond, loadMs);
    clearInterval(looker);
    if (answered + past.answered < 0.99 * (sent + past.sent))
      throw new Error(`only ${answered + past.answered} of ${sent + past.sent} packets were answered`);
    const when = `${closedSessions} closed and ${sessions} open sessions, ${vouchers.length} vouchers, ${packetsPerSecond} packets/s, ${board.name}`;
    const of = [
      { what: "agent, not file pages", bytes: ({ agent }: Weighed) => agent.anonymousBytes, goal: board.busy },
      { what: "agent, resident", bytes: ({ agent }: Weighed) => agent.residentBytes, goal: null },
      { what: "container (PSS)", bytes: proportionalBytes, goal: null },
    ];
    for (const { what, bytes, goal } of of)
      for (const percent of [50, 95])
        row(`${what}, p${percent}, ${when}`, mb(share(sorted(looks.map(bytes)), percent / 100)), "MB", goal);
    await busy.booted.stop();
  }
}

const mb = (bytes: number) => bytes / 1e6;

interface Weighed {
  readonly launcher: Memory;
  readonly agent: Memory;
}

const proportionalBytes = ({ agent, launcher }: Weighed): number =>
  agent.proportionalBytes + launcher.proportionalBytes;

async function weigh(booted: BootedImage): Promise<Weighed> {
  const launcherPid = await booted.launcherPid();
  if (launcherPid === null) throw new Error(`the image ended: ${booted.said.join("\n")}`);
  return { launcher: await memoryOf(launcherPid), agent: await memoryOf(await childOf(launcherPid)) };
}

interface BootedSite {
  readonly booted: BootedImage;
  readonly authPort: number;
  readonly acctPort: number;
}

async function boot(folder: string, siteFile: object, boardBytes: number): Promise<BootedSite> {
  const data = join(folder, "data");
  await rm(data, { recursive: true, force: true });
  await mkdir(data);
  await writeFile(join(data, "site.json"), JSON.stringify(siteFile));
  return bootOn(folder, boardBytes);
}

/** With the site's data as they are. */
async function bootOn(folder: string, boardBytes: number): Promise<BootedSite> {
  const { authPort, acctPort, settings } = await settingsFor("/data");
  const booted = await bootImage({
    root: join(folder, "root"),
    data: join(folder, "data"),
    binfmt: null,
    boardBytes,
    command: ["/bin/node", ...launcherNodeFlags, "/karibu/launcher.cjs"],
    settings: { ...settings, KARIBU_SITE_FILE: "/data/site.json" },
  });
  return { booted, authPort, acctPort };
}

async function settingsFor(data: string) {
  const [httpPort, authPort, acctPort] = await Promise.all([freeTcpPort(), freeUdpPort(), freeUdpPort()]);
  const settings: Record<string, string> = {
    ...nodeEnvironment,
    KARIBU_DATA: data,
    KARIBU_HTTP_PORT: String(httpPort),
    KARIBU_RADIUS_AUTH_PORT: String(authPort),
    KARIBU_RADIUS_ACCT_PORT: String(acctPort),
    KARIBU_RADIUS_SECRET: secret,
  };
  return { authPort, acctPort, settings };
}

/** Without namespaces, whose making is the router's work and not ours. Asks every few milliseconds. */
async function startOnceMs(folder: string): Promise<number> {
  const data = join(folder, "data");
  await rm(data, { recursive: true, force: true });
  await mkdir(data);
  const home = join(folder, "root/karibu");
  const { authPort, settings } = await settingsFor(data);
  const request = buildStatusServer(secret);
  const socket = createSocket("udp4");
  socket.on("error", () => {});
  const startedMs = performance.now();
  const args = [...launcherNodeFlags, join(home, "launcher.cjs"), `--home=${home}`];
  const launcher = spawn(join(folder, "root/bin/node"), args, { env: settings, stdio: "ignore" });
  const ended = new Promise((resolve) => launcher.once("exit", resolve));
  const answeredMs = await new Promise<number>((resolve) => {
    const timer = setInterval(() => socket.send(request, authPort, "127.0.0.1"), 2);
    socket.on("message", (reply) => {
      if (!answersStatusServer(reply, request, secret)) return;
      clearInterval(timer);
      resolve(performance.now() - startedMs);
    });
  });
  socket.close();
  launcher.kill("SIGTERM");
  await ended;
  return answeredMs;
}

/** `count=0` with `nocache` asks the kernel to forget the file's pages, and no other's. */
async function dropFromCache(path: string): Promise<void> {
  await promisify(execFile)("dd", [`if=${path}`, "iflag=nocache", "count=0", "status=none"]);
}

async function unpack(root: string, files: readonly TarEntry[]): Promise<void> {
  for (const { name, content, mode } of files) {
    const path = join(root, name);
    await mkdir(name.endsWith("/") ? path : dirname(path), { recursive: true });
    if (name.endsWith("/")) continue;
    await writeFile(path, content);
    await chmod(path, mode);
  }
}
