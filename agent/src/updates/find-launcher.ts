/** Finds the launcher that started this agent, as `Launcher`. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readPublicKeys } from "@karibu/protocol/bundle/release-key";
import type { Launcher } from "../ground/launcher.ts";

export interface ProcessFacts {
  readonly parentId: number;
  /** Path of the running program. */
  readonly program: string;
  /** Its command line arguments. */
  readonly arguments: readonly string[];
  signalParent(): void;
  /** Default `/proc`. */
  readonly processes?: string;
}

const passedOverArgument = "--passed-over=";

/**
 * Null unless the parent process is the launcher: any other parent must not get the signal. The parent's command line names the
 * image; this program's path names the running release.
 */
export async function findLauncher(facts: ProcessFacts): Promise<Launcher | null> {
  const { parentId, program, signalParent, processes = "/proc" } = facts;
  const commandLine = await readFile(`${processes}/${parentId}/cmdline`, "utf8").catch(() => "");
  const words = commandLine.split("\0");
  const launcher = words.find((word) => word.endsWith("/launcher.cjs"));
  if (launcher === undefined) return null;
  const home = words.find((word) => word.startsWith("--home="))?.slice("--home=".length) || dirname(launcher);
  try {
    const { id, agentVersion, imageVersion } = JSON.parse(await readFile(join(home, "image.json"), "utf8"));
    const image = { id: String(id), agentVersion: String(agentVersion), imageVersion: String(imageVersion) };
    const keys = readPublicKeys(await readFile(join(home, "release-keys"), "utf8"));
    const bundleId = /\/launcher\/unpacked\/([^/]+)\/agent\/agent\.cjs$/.exec(program)?.[1];
    return {
      image,
      keys,
      runningId: bundleId ?? image.id,
      passedOver: facts.arguments
        .filter((argument) => argument.startsWith(passedOverArgument))
        .map((argument) => argument.slice(passedOverArgument.length)),
      runningVersion: bundleId?.replace(/-[0-9a-f]{12}$/, "") ?? image.agentVersion,
      reload: signalParent,
    };
  } catch {
    return null; // an image without these files takes no bundles
  }
}
