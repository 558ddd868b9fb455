/**
 * The images that this hub offers: archives from `npm run image` in a folder, served as a registry does: a
 * manifest per image, an index over the processors of one version, and blobs. An archive is unpacked once. Its parts
 * lie beside it under the names of their digests, and the same archive gives the same bytes in every hub. Several
 * processes of a hub may read the folder at once: none takes away what another has just made.
 * @see OCI image-spec 1.1: manifest.md, image-index.md, config.md
 */

import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { readJsonObject } from "@karibu/protocol/foreign-json";
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import { compressLayer } from "./compress-layer.ts";
import { readFiles, splitLayer } from "./split-layer.ts";

export interface ImageShelf {
  /** Manifests of all images that are now in the folder. */
  read(): Promise<Shelf>;
  /** Path of a blob's file; null: unknown. */
  blob(digest: string): Promise<{ readonly path: string; readonly bytes: number } | null>;
  /** A whole archive, for routers that take a file: by its own digest, or packed by that of the plain one and `.gz`; null: unknown. */
  archive(reference: string): Promise<{ readonly path: string; readonly isPacked: boolean } | null>;
  /** The newest whole archive for this processor; null: there is none. */
  newestArchive(architecture: string): Promise<Archive | null>;
}

export interface Archive {
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly bytes: number;
  readonly version: string;
  /** The same file in gzip, for a router that keeps it on its own flash. */
  readonly packed: { readonly path: string; readonly sha256: string; readonly bytes: number };
}

export interface Shelf {
  /** By `<repository>:<tag>` and by `<repository>@<digest>`. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** By repository. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** File names of uncompressed archives by digest. */
  readonly archives: ReadonlyMap<string, string>;
  /** Their packed forms, by the digests of the plain ones. */
  readonly packed: ReadonlyMap<string, Blob>;
  /** Of each processor, the digest and the version of the newest uncompressed archive. */
  readonly newest: ReadonlyMap<string, { readonly digest: string; readonly version: string }>;
}

export interface Manifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly content: Buffer;
}

/** A file of the folder `blobs`. */
interface Blob {
  readonly digest: string;
  readonly size: number;
}

interface Descriptor extends Blob {
  readonly mediaType: string;
}

interface Shelved {
  readonly repository: string;
  readonly tag: string;
  readonly architecture: string;
  readonly manifest: Manifest;
  readonly blobs: readonly Descriptor[];
  /** Of the archive, uncompressed. */
  readonly archiveDigest: string;
  /** The archive in gzip. */
  readonly packed: Blob;
}

const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

const archiveName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.tar(\.gz)?$/;
/** A blob or a note that is done. */
const keptName = /^[0-9a-f]{64}(\.json)?$/;
/** No process needs so long for one file. */
const makingMsMax = 3_600_000;
const againMs = 30_000;
const unzip = promisify(gunzip);

/** Says why an archive is left out for as long as it is as it is. */
class NotOurs extends Error {}

interface Whole {
  readonly content: Shelf;
  /** False: something could not be read just now. */
  readonly isWhole: boolean;
}

/** `folder` need not exist yet. A file that is not an agent image is logged by name and left out. */
export function createImageShelf(
  folder: string,
  { log, clock }: Pick<World, "log" | "clock">,
  compress: (tar: Uint8Array) => Promise<Buffer> = compressLayer,
): ImageShelf {
  const blobs = join(folder, "blobs");
  let shelf: { readonly key: string; readonly content: Shelf; readonly untilMs: number } | null = null;
  let reading: Promise<Shelf> | null = null;

  async function look(): Promise<{ name: string; key: string }[]> {
    const names = await readdir(folder).catch(() => []);
    const archives = names.filter((name) => archiveName.test(name)).sort();
    const found = await Promise.all(
      archives.map(async (name) => {
        const about = await stat(join(folder, name)).catch(() => null);
        return about?.isFile() ? { name, key: `${name} ${about.size} ${about.mtimeMs}` } : null;
      }),
    );
    return found.filter((one) => one !== null);
  }

  const pathOf = ({ digest }: Blob) => join(blobs, hexOf(digest));

  async function keep(content: Buffer): Promise<Blob> {
    const hex = sha256Hex(content);
    if ((await sizeOf(join(blobs, hex))) !== content.length) await write(hex, content);
    return { digest: `sha256:${hex}`, size: content.length };
  }

  async function write(name: string, content: string | Buffer): Promise<void> {
    await mkdir(blobs, { recursive: true });
    const making = await mkdtemp(join(blobs, `${name}.`));
    try {
      // On the disk before it has its name: else a power cut leaves the name, and nothing in it.
      await writeFile(join(making, name), content, { flush: true });
      await rename(join(making, name), join(blobs, name));
    } finally {
      await rm(making, { recursive: true, force: true });
    }
  }

  /** What is already known about this file, as long as its blobs exist. */
  async function remember(note: string): Promise<Shelved | null> {
    const text = await readFile(join(blobs, note), "utf8").catch(() => "");
    // A power cut may have left it empty.
    const { content, ...about } = readJsonObject(text) ?? {};
    const image = { ...about, manifest: manifestOf(mediaTypes.manifest, content as object) } as Shelved;
    // A note of an older hub knows no packed form.
    if (image.packed === undefined) return null;
    for (const blob of [...image.blobs, image.packed]) if ((await sizeOf(pathOf(blob))) !== blob.size) return null;
    return image;
  }

  async function takeApart(name: string, note: string): Promise<Shelved> {
    const archive = await openArchive(name, await readFile(join(folder, name)));
    const { whole, repository, tag, config, base, application } = archive;
    const layers: Descriptor[] = [];
    for (const part of [base, application]) {
      layers.push({ mediaType: mediaTypes.layer, ...(await keep(await compress(part))) });
    }
    const history = ["node and its libraries", "karibu"].map((by) => ({
      created: config.created,
      created_by: by,
    }));
    const diffIds = [base, application].map((part) => `sha256:${sha256Hex(part)}`);
    const newConfig = { ...config, rootfs: { type: "layers", diff_ids: diffIds }, history };
    const configBlob = { mediaType: mediaTypes.config, ...(await keep(Buffer.from(JSON.stringify(newConfig)))) };
    const content = { config: configBlob, layers };
    const archiveDigest = `sha256:${sha256Hex(whole)}`;
    const image = {
      repository,
      tag,
      architecture: String(config.architecture),
      archiveDigest,
      packed: await keep(await compress(whole)),
      blobs: [configBlob, ...layers],
    };
    await write(note, JSON.stringify({ ...image, content }));
    return { ...image, manifest: manifestOf(mediaTypes.manifest, content) };
  }

  /**
   * Reads archives one after the other, because they are large.
   * @param there what lay in `blobs` before the archives were looked at: what came since may be of an archive that came since
   */
  async function readAll(archives: readonly { name: string; key: string }[], there: readonly string[]): Promise<Whole> {
    // One file per tag: the same image often exists as .tar and as .tar.gz, and the plain one sorts first.
    const images = new Map<string, Shelved>();
    const plain = new Map<string, string>();
    const packed = new Map<string, Blob>();
    const needed = new Set<string>();
    let isWhole = true;
    for (const { name: file, key } of archives) {
      const note = `${sha256Hex(Buffer.from(key))}.json`;
      try {
        const image = (await remember(note)) ?? (await takeApart(file, note));
        const name = `${image.repository}:${image.tag}`;
        const first = images.get(name);
        if (first === undefined) images.set(name, image);
        else if (first.manifest.digest !== image.manifest.digest) throw new NotOurs(`another file is ${name} already`);
        if (file.endsWith(".tar")) plain.set(image.archiveDigest, file);
        packed.set(image.archiveDigest, image.packed);
        for (const used of [note, ...[...image.blobs, image.packed].map(({ digest }) => hexOf(digest))])
          needed.add(used);
      } catch (error) {
        log.warn("image-left-out", { file, error: (error as Error).message });
        // A disk that refuses now, or a want of memory, says nothing about the archive.
        if (!(error instanceof NotOurs)) isWhole = false;
      }
    }
    // What could not be read just now is still needed, here or by another process.
    if (isWhole) await clean(there.filter((name) => !needed.has(name)));
    const whole = [...images.values()].filter(({ archiveDigest }) => plain.has(archiveDigest));
    const content = { ...shelfOf([...images.values()]), archives: plain, packed, newest: newestOf(whole) };
    return { content, isWhole };
  }

  /** What another process writes now has changed the folder lately; what a crash left behind has not. */
  async function clean(names: readonly string[]): Promise<void> {
    const changedMs = (await stat(blobs).catch(() => null))?.mtimeMs ?? 0;
    for (const name of names) {
      const about = await stat(join(blobs, name)).catch(() => null);
      const isLeft = keptName.test(name) || (about !== null && about.mtimeMs < changedMs - makingMsMax);
      if (isLeft) await rm(join(blobs, name), { recursive: true, force: true });
    }
  }

  const keyOf = (archives: readonly { key: string }[]): string => archives.map((one) => one.key).join("\n");

  async function read(): Promise<Shelf> {
    if (shelf !== null && clock.monotonicMs() < shelf.untilMs && shelf.key === keyOf(await look()))
      return shelf.content;
    reading ??= readAnew().finally(() => {
      reading = null;
    });
    return reading;
  }

  async function readAnew(): Promise<Shelf> {
    const there = await readdir(blobs).catch(() => []);
    const archives = await look();
    const { content, isWhole } = await readAll(archives, there);
    // What was left out for now is looked for again, and not with each request.
    const untilMs = isWhole ? Number.POSITIVE_INFINITY : clock.monotonicMs() + againMs;
    shelf = { key: keyOf(archives), content, untilMs };
    return content;
  }

  return {
    read,
    async archive(reference) {
      const { archives, packed } = await read();
      const file = archives.get(reference);
      if (file !== undefined) return { path: join(folder, file), isPacked: false };
      const isAsked = ([plain, { digest }]: [string, Blob]) => digest === reference || `${plain}.gz` === reference;
      const [, blob] = [...packed].find(isAsked) ?? [];
      return blob === undefined ? null : { path: pathOf(blob), isPacked: true };
    },
    async newestArchive(architecture) {
      const { newest, archives, packed } = await read();
      const found = newest.get(architecture);
      if (found === undefined) return null;
      const path = join(folder, archives.get(found.digest) as string);
      const bytes = await sizeOf(path);
      const small = packed.get(found.digest);
      return bytes === null || small === undefined
        ? null
        : {
            path,
            bytes,
            sha256: hexOf(found.digest),
            version: found.version,
            packed: { path: pathOf(small), bytes: small.size, sha256: hexOf(small.digest) },
          };
    },
    async blob(digest) {
      const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
      if (hex === undefined) return null;
      const bytes = await sizeOf(join(blobs, hex));
      return bytes === null ? null : { path: join(blobs, hex), bytes };
    },
  };
}

/** What is in an archive, uncompressed. Throws `NotOurs` where it is not of the kind that `npm run image` makes. */
async function openArchive(name: string, file: Buffer) {
  try {
    const whole = name.endsWith(".gz") ? await unzip(file) : file;
    const archive = readFiles(whole);
    const json = (path: string) => JSON.parse(Buffer.from(archive.get(path) ?? []).toString("utf8"));
    const [about] = json("manifest.json");
    const [repository, tag] = String(about.RepoTags[0]).split(":") as [string, string];
    const config = json(about.Config);
    const layer = archive.get(about.Layers[0]);
    if (about.Layers.length !== 1 || layer === undefined || !isName(repository) || !isTag(tag))
      throw new Error("it is not of the kind that npm run image makes");
    return { whole, repository, tag, config, ...splitLayer(layer) };
  } catch (error) {
    throw new NotOurs((error as Error).message);
  }
}

const hexOf = (digest: string) => digest.slice("sha256:".length);

/** Null: no such file. */
async function sizeOf(path: string): Promise<number | null> {
  const about = await stat(path).catch(() => null);
  return about?.isFile() ? about.size : null;
}

/** `karibu-agent:0.1.0-arm64` is found by its tag; through the index by `karibu-agent:0.1.0` and `latest`. */
function shelfOf(images: readonly Shelved[]): Omit<Shelf, "archives" | "packed" | "newest"> {
  const manifests = new Map<string, Manifest>();
  const tags = new Map<string, string[]>();
  const put = (repository: string, tag: string, manifest: Manifest) => {
    manifests.set(`${repository}:${tag}`, manifest);
    manifests.set(`${repository}@${manifest.digest}`, manifest);
    tags.set(repository, [...(tags.get(repository) ?? []), tag].sort());
  };
  for (const { repository, tag, manifest } of images) put(repository, tag, manifest);
  const versions = Map.groupBy(
    images,
    ({ repository, tag, architecture }) => `${repository}:${tag.replace(`-${architecture}`, "")}`,
  );
  const newest = new Map<string, string>();
  for (const [name, members] of versions) {
    const [repository, version] = name.split(":") as [string, string];
    const index = indexOf(members);
    if (!manifests.has(name)) put(repository, version, index);
    if (compareNumbers(version, newest.get(repository) ?? "") > 0) newest.set(repository, version);
  }
  for (const [repository, version] of newest)
    put(repository, "latest", manifests.get(`${repository}:${version}`) as Manifest);
  return { manifests, tags };
}

function newestOf(images: readonly Shelved[]): Shelf["newest"] {
  const newest = new Map<string, { digest: string; version: string }>();
  for (const { architecture, tag, archiveDigest: digest } of images) {
    const version = tag.replace(`-${architecture}`, "");
    if (compareNumbers(version, newest.get(architecture)?.version ?? "") > 0)
      newest.set(architecture, { digest, version });
  }
  return newest;
}

function indexOf(members: readonly Shelved[]): Manifest {
  const sorted = [...members].sort((one, other) => (one.architecture < other.architecture ? -1 : 1));
  return manifestOf(mediaTypes.index, {
    manifests: sorted.map(({ manifest, architecture }) => ({
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: manifest.content.length,
      platform: { architecture, os: "linux" },
    })),
  });
}

function manifestOf(mediaType: string, body: object): Manifest {
  const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...body }));
  return { mediaType, content, digest: `sha256:${sha256Hex(content)}` };
}

/** Early versions (`1.0.0-early.1`) are `latest` only if there is no other. */
function compareNumbers(one: string, other: string): number {
  const rank = (version: string) => [
    version === "" ? 0 : version.includes("-") ? 1 : 2,
    ...version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0),
  ];
  const [a, b] = [rank(one), rank(other)];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    if ((a[at] ?? 0) !== (b[at] ?? 0)) return (a[at] ?? 0) - (b[at] ?? 0);
  }
  return 0;
}

/** @see OCI distribution-spec 1.1, "Pulling manifests" */
function isName(text: string): boolean {
  return /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/.test(text);
}

function isTag(text: string | undefined): boolean {
  return text !== undefined && /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(text);
}
