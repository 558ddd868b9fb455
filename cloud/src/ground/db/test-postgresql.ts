/**
 * A PostgreSQL server for one test process, in a temporary folder, reached by a socket there: no port to collide with. It
 * ends with the process that started it, however that ends.
 */
// biome-ignore-all lint/plugin: tests run in real time
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, statfsSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import pg from "pg";

/** The folder of the server's programs, or null. Debian keeps them off PATH, one folder per version. */
export function findPrograms(): string | null {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return null;
  const versions = readdirSync(root).sort((one, other) => Number(other) - Number(one));
  const folders = versions.map((version) => join(root, version, "bin"));
  return folders.find((bin) => existsSync(join(bin, "postgres"))) ?? null;
}

/** A server for tests, in memory where there is room: a fresh database is 1,900 files, which take a disk ten times as long. Their tables are too young for autovacuum. */
export function startTestServer(): Promise<string> {
  const memory = "/dev/shm";
  const { bavail, bsize } = existsSync(memory) ? statfsSync(memory) : { bavail: 0, bsize: 0 };
  const hasRoom = bavail * bsize >= memoryBytesLeast;
  return startServer(["max_wal_size=256MB", "autovacuum=off"], null, hasRoom ? memory : tmpdir());
}

/** For hundreds of suites by turns, and the log. */
const memoryBytesLeast = 4 * 1024 ** 3;

/**
 * Starts the server and waits until it answers. It refuses to run as root: root lends it to Debian's user `postgres`.
 * `extra`: settings (`name=value`) that outrank those for tests; a benchmark wants `fsync=on`. `keptIn`: a folder that stays,
 * so that the next server finds what this one held. `root`: where the folder of any other is made.
 */
export async function startServer(
  extra: readonly string[] = [],
  keptIn: string | null = null,
  root = tmpdir(),
): Promise<string> {
  const programs = findPrograms();
  if (programs === null) throw new Error("PostgreSQL's server programs are not installed");
  if (keptIn !== null) mkdirSync(keptIn, { recursive: true });
  const folder = keptIn ?? mkdtempSync(join(root, "karibu-postgres-"));
  const isRoot = userInfo().uid === 0;
  const asOther = isRoot ? ["-u", "postgres", "--"] : [];
  const launcher = isRoot ? "runuser" : "env";
  if (isRoot) {
    const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" })));
    chownSync(folder, uid as number, gid as number);
  }
  const data = join(folder, "data");
  const cluster = ["-D", data, "-U", "karibu_test", "--auth=trust", "-E", "UTF8", "--locale=C", "-N"];
  if (!existsSync(join(data, "PG_VERSION")))
    execFileSync(launcher, [...asOther, join(programs, "initdb"), ...cluster], { stdio: "pipe", cwd: folder });

  const settings = [
    "fsync=off",
    "max_connections=200",
    "shared_buffers=64MB",
    "listen_addresses=",
    ...logged,
    ...extra,
  ];
  const server = [join(programs, "postgres"), "-D", data, "-k", folder, ...settings.flatMap((one) => ["-c", one])];
  // The shell between us and the server sees our end, however it comes: its input closes.
  const [signal, after] = keptIn === null ? ["QUIT", `rm -rf '${folder}'`] : ["INT", "true"];
  const guard = `"$@" <&- & read -r _; kill -${signal} $!; wait; ${after}`;
  const child = spawn(launcher, [...asOther, "sh", "-c", guard, "sh", ...server], {
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
  });
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  const url = `postgresql://karibu_test@localhost/postgres?host=${encodeURIComponent(folder)}`;
  await answers(url);
  return url;
}

/** What the server says of its errors can be read with `pg_read_file`, each line with its database and process. */
const logged = ["logging_collector=on", "log_filename=server.log", "log_line_prefix=%d %p "];

/** Runs one statement on a separate connection. @returns its rows */
export async function administer(serverUrl: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Copied as files: through the log, PostgreSQL's default, each of hundreds of suites pays twice as much processor for it. */
export async function copyDatabase(serverUrl: string, template: string, name: string): Promise<void> {
  await administer(serverUrl, `create database ${name} template ${template} strategy file_copy`);
}

async function answers(url: string): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  for (;;) {
    try {
      await administer(url, "select 1");
      return;
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
