/** The program that started this agent, where it is one that can start another: the launcher of the router's image. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ReleaseKey, readPublicKeys } from "@karibu/protocol/bundle/release-key";

export interface Launcher {
  /** The release that runs, as the launcher names it. */
  readonly runningId: string;
  readonly runningVersion: string;
  readonly image: { readonly id: string; readonly agentVersion: string; readonly imageVersion: string };
  /** Releases that would have gone first, had the disk had room for them when this one was started. */
  readonly passedOver: readonly string[];
  /** What bundles must be signed with. */
  readonly keys: readonly ReleaseKey[];
  /** Asks it to look for bundles; a better one then takes this process' place. */
  reload(): void;
}

export interface Surroundings {
  readonly parentId: number;
  /** Path of the running program. */
  readonly program: string;
  /** What the program was told when it was started. */
  readonly words: readonly string[];
  signalParent(): void;
  /** Default `/proc`. */
  readonly processes?: string;
}

const passedOverWord = "--passed-over=";

/**
 * Null unless the parent process is the launcher: a signal to anything else would be a harm. Where the image is, stands in
 * the parent's command line; which release runs, in this program's own path.
 */
export async function findLauncher({
  parentId,
  program,
  words: told,
  signalParent,
  processes = "/proc",
}: Surroundings): Promise<Launcher | null> {
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
      passedOver: told.flatMap((word) => (word.startsWith(passedOverWord) ? [word.slice(passedOverWord.length)] : [])),
      runningVersion: bundleId?.replace(/-[0-9a-f]{12}$/, "") ?? image.agentVersion,
      reload: signalParent,
    };
  } catch {
    return null; // an image without these takes no bundles
  }
}
