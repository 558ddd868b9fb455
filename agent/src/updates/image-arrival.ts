/**
 * For the router while it brings a new image (`update-image.rsc`), because RouterOS can't hash a large file and can't ask RADIUS:
 * is the file that it fetched into our data folder the right one, and has the image that runs now proved itself to its launcher?
 */
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/folder.ts";
import type { Launcher } from "../ground/launcher.ts";
import { readLauncherMemory } from "./update-policy.ts";

export type ArrivalVerdict = "reading" | "same" | "differs" | "missing";

export interface ImageArrival {
  /** At once, whatever the size: "reading" until the file was read, and then once the answer. */
  compare(sha256: string): ArrivalVerdict;
  /** Health, portal and RADIUS on both ports, seen by the launcher since this image came. */
  isProved(): Promise<boolean>;
}

export interface ImageArrivalParts {
  readonly folder: Pick<Folder, "read">;
  /** SHA-256 of a file of the data folder, 64 hex digits; null: there is none. */
  readonly sha256Of: (name: string) => Promise<string | null>;
  /** Null: nothing here proves anything. */
  readonly launcher: Launcher | null;
}

/** As `update-image.rsc` names it; there until the router has settled on an image. */
export const imageName = "image-update.tar";
/** The router asks every few seconds: an answer that nobody fetched so long may be about a file that is another by now. */
const answerGoodForMs = 20_000;

export function createImageArrival(
  { clock, log }: Pick<World, "clock" | "log">,
  { folder, sha256Of, launcher }: ImageArrivalParts,
): ImageArrival {
  let isReading = false;
  let found: { readonly sha256: string | null; readonly atMs: number } | null = null;

  async function read(): Promise<void> {
    try {
      found = { sha256: await sha256Of(imageName), atMs: clock.monotonicMs() };
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
      // Told once: by the next question the file may be another.
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
