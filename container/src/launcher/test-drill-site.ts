/** A site for the update drill: the built launcher with a real agent below it, a NAS that never stops reporting, and bundles. */
import { execFileSync, spawn } from "node:child_process";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { readJournal } from "@karibu/agent/journal/replay";
import { openNas } from "@karibu/agent/start/test-agent-process";
import { encodeBundle } from "@karibu/protocol/bundle/bundle-format";
import { writePublicKey } from "@karibu/protocol/bundle/release-key";
import { statusTypes } from "@karibu/protocol/radius/codes";
import { buildApplicationLayer } from "@karibu/tools/build/build-application-layer";
import { buildRelease } from "@karibu/tools/build/build-release";
import { freeTcpPort, freeUdpPort } from "@karibu/tools/start/free-ports";

const secret = "drill-secret";
const { privateKey } = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519").privateKey;

export interface Happening {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface DrillImage {
  readonly home: string;
  readonly agentVersion: string;
  /** The real agent's program. */
  readonly agent: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What its launcher takes bundles from. */
  readonly publicKey: string;
  /** Signed as the image wants it, with this program as its agent. */
  bundle(version: string, agentSource: string): Buffer;
  remove(): Promise<void>;
}

/** The image's own part, built once. */
export async function buildDrillImage(): Promise<DrillImage> {
  const folder = await mkdtemp(join(tmpdir(), "karibu-drill-image-"));
  const release = await buildRelease();
  const publicKey = writePublicKey(privateKey);
  const layer = await buildApplicationLayer(release, { publicKey, base: "drill" });
  for (const { name, content } of layer) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return {
    home: join(folder, "karibu"),
    agentVersion: release.version,
    agent: Buffer.from(release.files.get("agent/agent.cjs") ?? []).toString("utf8"),
    files: release.files,
    publicKey,
    bundle: (version, agentSource) => bundleOf(release.files, version, agentSource, privateKey),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function bundleOf(
  files: ReadonlyMap<string, Uint8Array>,
  version: string,
  agentSource: string,
  key: KeyObject,
): Buffer {
  const changed = new Map([...files, ["agent/agent.cjs", Buffer.from(agentSource)]] as [string, Uint8Array][]);
  return encodeBundle(changed, { version, minimalImage: "0.1.0" }, key);
}

export interface DrillSite {
  readonly data: string;
  readonly httpPort: number;
  /** Starts the launcher; resolves when a release has passed the health checks. */
  powerOn(): Promise<Happening>;
  /** Everything dies at once. */
  powerCut(): Promise<void>;
  /** SIGTERM, as RouterOS stops a container; resolves with the launcher's exit code. */
  stop(): Promise<number | null>;
  /** A bundle with this program as its agent, stored as the agent stores one, and made known. */
  deliver(version: string, agentSource: string, spoil?: (bundle: Buffer) => Buffer): Promise<void>;
  deliverFromStranger(version: string): Promise<void>;
  /** Makes the launcher look for bundles again. */
  look(): void;
  /** Exit code of the container's health check. */
  healthCheck(): Promise<number | null>;
  /** The first event since the last call that fits. */
  saw(event: string, fields?: Readonly<Record<string, unknown>>): Promise<Happening>;
  /** Resolves when a report that is sent from now on has been acknowledged: RADIUS answers. */
  radiusAnswers(): Promise<void>;
  memory(): Promise<{ proven: string[]; bad: Record<string, string>; trials: Record<string, number> }>;
  /** Acknowledged starts that the journal lacks or has twice; how many there were. */
  lostRecords(): Promise<{ acknowledged: number; lost: string[] }>;
  close(): Promise<void>;
}

export interface DrillOptions {
  readonly where?: string;
  readonly proofMs?: number;
  readonly probeMs?: number;
  /** Default: a site file, without a hub. */
  readonly hub?: { readonly url: string; readonly enrolToken: string };
}

/** Limits are wide, so that nothing fails on a busy machine. A drill that waits for a limit makes it smaller. */
export async function openDrillSite(
  image: DrillImage,
  { where, proofMs = 40_000, probeMs = 10_000, hub }: DrillOptions = {},
): Promise<DrillSite> {
  const folder = await mkdtemp(join(tmpdir(), "karibu-drill-"));
  const data = where ?? join(folder, "data");
  const siteFile = join(folder, "site.json");
  await writeFile(
    siteFile,
    JSON.stringify({ accounts: [{ username: "nemo", password: "x", plan: "all" }], plans: [{ name: "all" }] }),
  );
  await mkdir(join(data, "bundles"), { recursive: true });
  const [httpPort, authPort, acctPort] = await Promise.all([freeTcpPort(), freeUdpPort(), freeUdpPort()]);
  const happenings: Happening[] = [];
  let heard = 0;
  let listener: (() => void) | null = null;
  let running: { pid: number; ended: Promise<number | null> } | null = null;
  const acknowledged: string[] = [];
  let count = 0;
  let isClosed = false;
  const nas = await openNas(secret, (task) => {
    const timer = setInterval(task, 200);
    return () => clearInterval(timer);
  });

  async function report(): Promise<void> {
    const sessionId = `s-${count++}`;
    const attributes = [
      { name: "userName", value: "nemo" },
      { name: "acctStatusType", value: statusTypes.start },
      { name: "acctSessionId", value: sessionId },
      { name: "callingStationId", value: "02:00:00:00:00:01" },
      { name: "framedIpAddress", value: "10.6.0.1" },
      { name: "nasIdentifier", value: "router" },
      { name: "acctSessionTime", value: 0 },
    ] as const;
    await nas.account(attributes, () => acctPort);
    acknowledged.push(sessionId);
  }
  /** Sends one report after the other until the site closes. Any agent may answer. */
  const reporting = (async () => {
    while (!isClosed) {
      await report();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })().catch(() => {});

  function launch(): void {
    const options = [`--proof-ms=${proofMs}`, `--probe-ms=${probeMs}`, "--misses=2", "--stop-ms=5000"];
    options.push("--anxious-every-ms=50", "--quiet-every-ms=200");
    const child = spawn(process.execPath, [join(image.home, "launcher.cjs"), `--home=${image.home}`, ...options], {
      detached: true, // a separate process group, so that a power cut ends all of it
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PATH: process.env.PATH,
        KARIBU_DATA: data,
        KARIBU_HTTP_PORT: String(httpPort),
        KARIBU_RADIUS_AUTH_PORT: String(authPort),
        KARIBU_RADIUS_ACCT_PORT: String(acctPort),
        KARIBU_RADIUS_SECRET: secret,
        ...(hub === undefined
          ? { KARIBU_SITE_FILE: siteFile }
          : { KARIBU_HUB_URL: hub.url, KARIBU_ENROL_TOKEN: hub.enrolToken }),
        KARIBU_LOG_LEVEL: "error",
      },
    });
    let rest = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("{")) happenings.push(JSON.parse(line));
      listener?.();
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    running = { pid: child.pid as number, ended };
  }

  async function saw(event: string, fields: Readonly<Record<string, unknown>> = {}): Promise<Happening> {
    for (;;) {
      while (heard < happenings.length) {
        const one = happenings[heard++] as Happening;
        if (one.event === event && Object.entries(fields).every(([name, value]) => one[name] === value)) return one;
      }
      await new Promise<void>((resolve) => {
        listener = resolve;
      });
    }
  }

  async function powerCut(): Promise<void> {
    if (running === null) return;
    const { pid, ended } = running;
    running = null;
    process.kill(-pid, "SIGKILL");
    await ended;
    // The agent has no parent any more, so another process reaps it.
    while (groupIsThere(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async function put(version: string, bundle: Buffer): Promise<void> {
    const path = join(data, "bundles", `${version}.karibu`);
    await writeFile(`${path}.part`, bundle);
    await rename(`${path}.part`, path);
    look();
  }

  function look(): void {
    if (running !== null) process.kill(running.pid, "SIGHUP");
  }

  return {
    data,
    httpPort,
    healthCheck() {
      const env = { PATH: process.env.PATH, KARIBU_HTTP_PORT: String(httpPort) };
      const child = spawn(process.execPath, [join(image.home, "launcher.cjs"), "--health"], { env, stdio: "ignore" });
      return new Promise((resolve) => child.once("exit", resolve));
    },
    saw,
    look,
    powerCut,
    powerOn() {
      heard = happenings.length;
      launch();
      return saw("release-proved");
    },
    async stop() {
      const { pid, ended } = running as { pid: number; ended: Promise<number | null> };
      process.kill(pid, "SIGTERM");
      const code = await ended;
      running = null;
      return code;
    },
    deliver: (version, agentSource, spoil = (bundle) => bundle) =>
      put(version, spoil(image.bundle(version, agentSource))),
    deliverFromStranger: (version) => put(version, bundleOf(image.files, version, image.agent, stranger)),
    radiusAnswers: report,
    memory: async () => JSON.parse(await readFile(join(data, "launcher/state.json"), "utf8")),
    async lostRecords() {
      const stored = new Map<string, number>();
      const promised = [...acknowledged];
      for await (const record of readJournal(createNodeFolder(data))) {
        if (record.kind !== "session-started") continue;
        const { sessionId } = record;
        stored.set(sessionId, (stored.get(sessionId) ?? 0) + 1);
      }
      return { acknowledged: promised.length, lost: promised.filter((id) => stored.get(id) !== 1) };
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      nas.close();
      await reporting;
      await powerCut();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A data folder of 5 MB that can really be full; null without the right to mount. */
export async function mountSmallDisk(): Promise<{ readonly path: string; remove(): Promise<void> } | null> {
  const path = await mkdtemp(join(tmpdir(), "karibu-full-disk-"));
  try {
    execFileSync("/bin/mount", ["-t", "tmpfs", "-o", "size=5m", "tmpfs", path], { stdio: "ignore" });
  } catch {
    await rm(path, { recursive: true });
    return null;
  }
  return {
    path,
    async remove() {
      execFileSync("/bin/umount", ["--lazy", path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}

function groupIsThere(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
