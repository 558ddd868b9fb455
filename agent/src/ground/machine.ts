/** Facts of this machine: addresses, boot, disk and files. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { networkInterfaces, uptime } from "node:os";

/** Addresses of all interfaces, loopback included. */
export const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));

/** Linux names each boot. A container sees its router's boot. Null: not Linux. */
export async function readBootId(): Promise<string | null> {
  const text = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  return text.trim() || null;
}

/** The kernel's boot, and how long it runs. Its clock goes on while the agent does not run. */
export interface Kernel {
  readonly bootId: string;
  /** Milliseconds. */
  uptimeMs(): number;
}

export const kernelUptimeMs = (): number => uptime() * 1000;

export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Null: the file can't be read. */
export function readTextFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** 64 hex digits; null: no such file. Reads in pieces, because an image is larger than the container's memory. */
export async function sha256OfFile(path: string): Promise<string | null> {
  const digest = createHash("sha256");
  try {
    for await (const piece of createReadStream(path)) digest.update(piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  return digest.digest("hex");
}
