/** Containers of a simulated board: their states, and how the agent in an image behaves. */
import type { Configuration, Row } from "./configuration.ts";

/**
 * `good`: the agent answers and proves that it works. `slow`: the same after it ran for a while. `silent`: it answers and never
 * proves anything. `dead`: it ends without an answer. `broken`: the image can't be unpacked.
 */
export type ImageKind = "good" | "slow" | "silent" | "dead" | "broken";

export interface ImageFile {
  readonly kind: ImageKind;
  readonly sha256: string;
  readonly bytes: number;
}

export type ContainerState = "extracting" | "stopped" | "running" | "error";

const states: readonly ContainerState[] = ["extracting", "stopped", "running", "error"];
const slowStartMinutes = 3;

export function stateOf(row: Row): ContainerState | undefined {
  return states.find((state) => row.get("status") === state || row.get(state) === "true");
}

/** `asWord`: as `status=stopped`, as older versions show it; else as a flag, `stopped=true`. */
export function setState(row: Row, state: ContainerState, asWord: boolean): void {
  for (const name of ["status", ...states]) row.delete(name);
  if (asWord) row.set("status", state);
  else row.set(state, "true");
}

/** The agent in this container answers over HTTP. */
export function answers(row: Row): boolean {
  if (stateOf(row) !== "running") return false;
  const image = row.get("image");
  return image === "slow" ? Number(row.get("minutes-run")) >= slowStartMinutes : image === "good" || image === "silent";
}

/** The agent in this container answers, and its launcher has the proof that it works. */
export function isProved(row: Row): boolean {
  return answers(row) && row.get("image") !== "silent";
}

export function hasRestartPolicy(row: Row): boolean {
  return row.get("restart-policy") === "always" || !["", "0s"].includes(row.get("auto-restart-interval") ?? "");
}

/** A container of the image ran for one minute more, or was unpacked for one minute more. */
export function passMinute(row: Row, become: (row: Row, state: ContainerState) => void): void {
  const image = row.get("image");
  switch (stateOf(row)) {
    case "running":
      if (image === "slow") row.set("minutes-run", String(Number(row.get("minutes-run") ?? 0) + 1));
      if (image === "dead") become(row, "error");
      return;
    case "extracting": {
      const minutesLeft = Number(row.get("minutes-left")) - 1;
      row.set("minutes-left", String(minutesLeft));
      if (minutesLeft === 0) become(row, image === "broken" ? "error" : "stopped");
    }
  }
}

/** Of each RAM disk. */
export const ramDiskBytes = 320 * 1024 * 1024;

/** A boot, or the removal of a disk: the files of RAM disks are gone, and the image of a container whose root lay there is this from now on. */
export function emptyRamDisks(configuration: Configuration, spoiled: ImageKind, disks: readonly Row[]): void {
  for (const disk of disks.filter((row) => row.get("type") === "tmpfs")) {
    const isInside = (path: string | undefined) => path?.startsWith(`${disk.get("slot")}/`) === true;
    const lost = configuration.rows("/file").filter((row) => isInside(row.get("name")));
    configuration.remove("/file", lost);
    disk.set("free", String(ramDiskBytes));
    for (const row of configuration.rows("/container")) if (isInside(row.get("root-dir"))) row.set("image", spoiled);
  }
}
