/**
 * Boots an unpacked image as a router would, without Docker: in separate namespaces, the launcher as process 1, with only the
 * image's files, all read-only except `/data`. An image for another processor runs under qemu, which is registered only inside
 * that namespace (Linux 6.7 and later).
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface BootedImage {
  /** The output of launcher and agent so far, line by line. */
  readonly said: readonly string[];
  /** Resolves with the first line that contains the text; rejects when the image ends before. */
  heard(text: string): Promise<string>;
  /** Of the launcher, as the machine sees it; null once it has ended. */
  launcherPid(): Promise<number | null>;
  /** SIGTERM to process 1; resolves with its exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

const script = `set -e
mount -t tmpfs none "$SCRATCH"
if [ -n "$BINFMT" ]; then
  mkdir "$SCRATCH/binfmt"
  mount -t binfmt_misc none "$SCRATCH/binfmt"
  printf '%s' "$BINFMT" > "$SCRATCH/binfmt/register"
fi
mount --bind "$ROOT" "$ROOT"
cd "$ROOT"
mount --bind "$DATA" data
mount --rbind /dev dev
mount -t proc proc proc
if [ -n "$MEMINFO" ]; then mount --bind "$MEMINFO" proc/meminfo; fi
mount -o remount,bind,ro "$ROOT"
exec env -i $SETTINGS "$CHROOT" "$ROOT" "$@"
`;
/** util-linux; on every Debian. */
const unshare = "/usr/bin/unshare";
const namespaces = ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child"];

/** @see Linux Documentation/admin-guide/binfmt-misc.rst; "F" opens qemu now, so that it need not lie in the image */
export const arm64Binfmt = (qemu: string) =>
  `:karibu-arm64:M::${hex("7f454c460201010000000000000000000200b700")}:${hex("ffffffffffffff00fffffffffffffffffeffffff")}:${qemu}:F`;

function hex(octets: string): string {
  return octets.replace(/../g, (octet) => `\\x${octet}`);
}

/** Whether this machine lets us: it needs user namespaces, and for another processor a private binfmt_misc. */
export function canBoot(): boolean {
  if (process.platform !== "linux") return false;
  const test = 'mkdir -p "$1" && mount -t tmpfs none "$1" && mkdir "$1/b" && mount -t binfmt_misc none "$1/b"';
  const scratch = join(tmpdir(), `karibu-can-boot-${process.pid}`);
  const done = spawnSync(unshare, [...namespaces, "sh", "-c", test, "sh", scratch], { stdio: "ignore" });
  spawnSync("rm", ["-rf", scratch]);
  return done.status === 0;
}

export async function bootImage(options: {
  root: string;
  data: string;
  settings: Readonly<Record<string, string>>;
  binfmt: string | null;
  command: readonly string[];
  /** What the board says of its memory: the launcher goes by it. Left out: as the machine says. */
  boardBytes?: number;
}): Promise<BootedImage> {
  const scratch = await mkdtemp(join(tmpdir(), "karibu-boot-"));
  const scriptPath = join(scratch, "boot.sh");
  await writeFile(scriptPath, script);
  await mkdir(join(scratch, "mount"));
  const { boardBytes } = options;
  const memoryPath = join(scratch, "meminfo");
  if (boardBytes !== undefined)
    await writeFile(memoryPath, `MemTotal: ${Math.floor(boardBytes / 1024)} kB\nMemFree: 0 kB\n`);
  const child: ChildProcess = spawn(unshare, [...namespaces, "sh", scriptPath, ...options.command], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      SCRATCH: join(scratch, "mount"),
      ROOT: options.root,
      DATA: options.data,
      BINFMT: options.binfmt ?? "",
      MEMINFO: boardBytes === undefined ? "" : memoryPath,
      CHROOT: "/usr/sbin/chroot",
      SETTINGS: Object.entries(options.settings)
        .map(([name, value]) => `${name}=${value}`)
        .join(" "),
    },
  });
  const said: string[] = [];
  let wake = (): void => {};
  let rest = "";
  const hear = (chunk: Buffer): void => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    said.push(...lines);
    wake();
  };
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      hasEnded = true;
      wake();
      resolve(code);
    });
  });

  async function launcherPid(): Promise<number | null> {
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").catch(() => "");
    return Number(children.trim().split(" ")[0]) || null;
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const pid = await launcherPid();
    if (pid !== null) process.kill(pid, signal);
    const code = await ended;
    await rm(scratch, { recursive: true, force: true });
    return code;
  }

  return {
    said,
    launcherPid,
    async heard(text) {
      for (let seen = 0; ; ) {
        while (seen < said.length) {
          const line = said[seen++] as string;
          if (line.includes(text)) return line;
        }
        if (hasEnded) throw new Error(`the image ended before it said ${text}: ${said.join("\n")}${rest}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    stop: () => end("SIGTERM"),
    async kill() {
      await end("SIGKILL");
    },
  };
}
