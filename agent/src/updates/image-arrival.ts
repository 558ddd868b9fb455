/**
 * Answers two questions of `update-image.rsc` while the router installs a new image. RouterOS can't hash a large file and can't send
 * a RADIUS request. Is the image file in the data folder correct? Does the running image work, as its launcher sees it?
 */
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import type { Launcher } from "../ground/launcher.ts";
import { readLauncherMemory } from "./update-policy.ts";

export type ArrivalVerdict = "reading" | "same" | "differs" | "missing";

export interface ImageArrival {
  /** Returns at once. "reading" until the file is hashed, then once the answer. */
  compare(sha256: string): ArrivalVerdict;
  /** The launcher saw health, portal and both RADIUS ports of this image. */
  isProved(): Promise<boolean>;
}

export interface ImageArrivalParts {
  readonly folder: Pick<Folder, "read">;
  /** SHA-256 of a file in the data folder, 64 hex digits; null: there is no such file. */
  readonly sha256Of: (name: string) => Promise<string | null>;
  /** Null: no launcher runs this agent. */
  readonly launcher: Launcher | null;
}

/** The names that `update-image.rsc` uses: packed on a board without a disk. The file is there until the router has decided on an image. */
export const imageNames = ["image-update.tar", "image-update.tar.gz"] as const;
/** The router asks every few seconds. An older answer may belong to an earlier file, so it is dropped. */
const answerGoodForMs = 20_000;

export function createImageArrival(
  { clock, log }: Pick<World, "clock" | "log">,
  { folder, sha256Of, launcher }: ImageArrivalParts,
): ImageArrival {
  let isReading = false;
  let found: { readonly sha256: string | null; readonly atMs: number } | null = null;

  async function read(): Promise<void> {
    try {
      const [plain, packed] = imageNames;
      found = { sha256: (await sha256Of(plain)) ?? (await sha256Of(packed)), atMs: clock.monotonicMs() };
    } catch (error) {
      log.warn("image-not-read", { error: String(error) });
      found = { sha256: null, atMs: clock.monotonicMs() };
    } finally {
      isReading = false;
    }
  }

  return {
    compare(sha256) {
      if (found === null || clock.monotonicMs() - found.atMs > answerGoodForMs) {
        found = null;
        if (!isReading) {
          isReading = true;
          void read();
        }
        return "reading";
      }
      const { sha256: there } = found;
      // One answer per hash: the file may be different at the next question.
      found = null;
      if (there === null) return "missing";
      return there === sha256.toLowerCase() ? "same" : "differs";
    },
    async isProved() {
      if (launcher === null) return false;
      const memory = await folder.read("launcher/state.json");
      const text = memory === null ? null : Buffer.from(memory).toString("utf8");
      return readLauncherMemory(text, launcher.image.id).proven.includes(launcher.runningId);
    },
  };
}
