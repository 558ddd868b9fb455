/** Debian's FreeRADIUS on loopback, in a folder of its own, with what a test wants of it. Nothing is installed or changed. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findTool } from "@karibu/tools/ci/tools";
import { freeUdpPort } from "@karibu/tools/start/free-ports";

export interface Freeradius {
  readonly folder: string;
  readonly ports: readonly number[];
  stop(): Promise<void>;
}

interface Wanted {
  /** Modules, clients, servers: what stands in radiusd.conf after its head. `ports` are free. */
  readonly configure: (of: { readonly folder: string; readonly ports: readonly number[] }) => string;
  readonly users: string;
  readonly ports: number;
  readonly proxies?: boolean;
}

const patienceMs = 20_000;

/** Rejects with its own words where it does not come up. */
export async function startFreeradius({ configure, users, ports: count, proxies }: Wanted): Promise<Freeradius> {
  const program = findTool("freeradius");
  if (program === null) throw new Error("freeradius is not installed");
  const folder = mkdtempSync(join(tmpdir(), "karibu-freeradius-"));
  mkdirSync(join(folder, "run"));
  const ports: number[] = [];
  for (let at = 0; at < count; at++) ports.push(await freeUdpPort());
  const libraries = join(dirname(program), "..", "lib", "freeradius");
  const head = `prefix = /usr
logdir = ${folder}
raddbdir = ${folder}
confdir = ${folder}
certdir = ${folder}
run_dir = ${folder}/run
libdir = ${libraries}
pidfile = ${folder}/run/radiusd.pid
max_requests = 1024
cleanup_delay = 5
hostname_lookups = no
proxy_requests = ${proxies === true ? "yes" : "no"}
log {
  destination = stdout
  auth = yes
}
security {
  max_attributes = 200
  reject_delay = 0
  status_server = yes
  allow_vulnerable_openssl = yes
}
`;
  writeFileSync(join(folder, "users"), users);
  writeFileSync(join(folder, "radiusd.conf"), head + configure({ folder, ports }));
  const child = spawn(program, ["-X", "-d", folder, "-n", "radiusd"], {
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const isUp = new Promise<void>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`freeradius ${why}: ${said.slice(-3000)}`));
    const timer = setTimeout(() => fail("did not come up"), patienceMs);
    const hear = (piece: Buffer) => {
      said = (said + piece.toString("latin1")).slice(-20_000);
      if (!said.includes("Ready to process requests")) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", () => fail("ended"));
    child.once("error", (error) => fail(error.message));
  });
  const stop = async () => {
    const ended = new Promise<void>((resolve) =>
      child.exitCode === null ? child.once("exit", () => resolve()) : resolve(),
    );
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  await isUp.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { folder, ports, stop };
}

export const listens = (port: number): string => `  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${port}
  }
`;

/** One client for all of loopback. */
export const loopbackClient = (secret: string): string => `client loopback {
  ipaddr = 127.0.0.0/8
  secret = "${secret}"
  require_message_authenticator = yes
}
`;
