/**
 * The releases that this site has: bundles that the agent put into `bundles/`, and the one inside the image. Whatever is
 * started was verified moments before, down to the unpacked files: flash forgets bits.
 */
import { type Bundle, bundleBytesMax, openBundle } from "@karibu/protocol/bundle/bundle-format";
import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";
import { compareVersions, isVersion } from "@karibu/protocol/bundle/version-order";
import type { Candidate } from "./launch-policy.ts";
import type { LauncherDisk } from "./launcher-disk.ts";

export interface ImageRelease {
  readonly id: string;
  /** Of the agent inside. */
  readonly version: string;
  /** Of Node, libraries and launcher. */
  readonly imageVersion: string;
  readonly agentPath: string;
}

export interface FoundBundles {
  readonly candidates: readonly Candidate[];
  /** File name by the candidate's id. */
  readonly fileNames: ReadonlyMap<string, string>;
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
}

const bundleFolder = "bundles";
const unpackedFolder = "launcher/unpacked";
const wantedName = `${bundleFolder}/wanted`;
const pardonName = `${bundleFolder}/try-again`;
const bundleName = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,100}\.karibu$/;
const bundlesMax = 16;

export function findBundles(disk: LauncherDisk, keys: readonly ReleaseKey[], image: ImageRelease): FoundBundles {
  const candidates = new Map<string, Candidate>();
  const fileNames = new Map<string, string>();
  const refused: { file: string; reason: string }[] = [];
  const names = disk.list(bundleFolder).filter((name) => bundleName.test(name));
  for (const file of names.slice(0, bundlesMax)) {
    const opened = open(disk, keys, file);
    if (typeof opened === "string") refused.push({ file, reason: opened });
    else if (compareVersions(opened.manifest.minimalImage, image.imageVersion) > 0) {
      refused.push({ file, reason: "needs-newer-image" });
    } else {
      candidates.set(opened.id, { id: opened.id, version: opened.manifest.version, kind: "bundle" });
      fileNames.set(opened.id, file);
    }
  }
  const own: Candidate = { id: image.id, version: image.version, kind: "image" };
  return { candidates: [...candidates.values(), own], fileNames, refused };
}

/** A version that an operator pinned or went back to; null: the newest. */
export function readWanted(disk: LauncherDisk): string | null {
  const text = Buffer.from(disk.read(wantedName, 256) ?? [])
    .toString("utf8")
    .trim();
  return isVersion(text) ? text : null;
}

/** The id of a failed release to try once more; returned once. If the file can't be removed, the result is null: otherwise it would be tried for ever. */
export function takePardon(disk: LauncherDisk): string | null {
  const bytes = disk.read(pardonName, 256);
  if (bytes === null) return null;
  disk.remove(pardonName);
  return disk.read(pardonName, 256) === null ? Buffer.from(bytes).toString("utf8").trim() : null;
}

/** Path of its `agent.cjs`, beside which the portal lies; null when the disk refuses or the bundle is no longer good. */
export function unpackBundle(disk: LauncherDisk, keys: readonly ReleaseKey[], file: string, id: string): string | null {
  const bundle = open(disk, keys, file);
  if (typeof bundle === "string" || bundle.id !== id) return null;
  const folder = `${unpackedFolder}/${id}`;
  for (const [name, content] of bundle.files) {
    const there = disk.read(`${folder}/${name}`, content.length);
    if (there !== null && Buffer.compare(there, content) === 0) continue;
    if (!disk.replace(`${folder}/${name}`, content)) return null;
  }
  return disk.path(`${folder}/agent/agent.cjs`);
}

/** Removes bundles that are not needed for a step back, and unpacked files of bundles that no longer exist. */
export function removeBundles(
  disk: LauncherDisk,
  found: FoundBundles,
  unneeded: readonly Candidate[],
  running: Candidate,
): void {
  for (const { id } of unneeded) {
    const file = found.fileNames.get(id);
    if (file !== undefined) disk.remove(`${bundleFolder}/${file}`);
  }
  for (const id of disk.list(unpackedFolder)) if (id !== running.id) disk.remove(`${unpackedFolder}/${id}`);
}

function open(disk: LauncherDisk, keys: readonly ReleaseKey[], file: string): Bundle | string {
  const bytes = disk.read(`${bundleFolder}/${file}`, bundleBytesMax);
  if (bytes === null) return "not-readable";
  const opened = openBundle(bytes, keys);
  return opened.kind === "good" ? opened.bundle : opened.reason;
}
