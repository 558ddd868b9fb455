/** `npm run image`: the router's image, its files, or a bundle; see `usage`. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { architectures, noArm } from "@karibu/container/image/architectures";
import { buildBaseLayer } from "@karibu/container/image/base-layer";
import { buildImage } from "@karibu/container/image/build-image";
import { systemMirror } from "@karibu/container/image/debian-mirror";
import { renewDebianLock } from "@karibu/container/image/fetch-libraries";
import { gzip } from "@karibu/container/image/gzip";
import { writeMinisign } from "@karibu/container/image/minisign";
import { describeParts } from "@karibu/container/image/parts-list";
import { loadReleaseKey, usualKeyPath } from "@karibu/container/image/release-key-file";
import { encodeBundle, openBundle } from "@karibu/protocol/bundle/bundle-format";
import { readPublicKeys, writePublicKey } from "@karibu/protocol/bundle/release-key";
import { requireNode } from "@karibu/protocol/process/require-node";
import { buildApplicationLayer } from "../build/build-application-layer.ts";
import { buildRelease, versionOf } from "../build/build-release.ts";
import { readLockedPackages } from "../build/read-locked-packages.ts";
import { repositoryRoot } from "../build/repository.ts";
import { type ImageOptions, readImageOptions, usage } from "./options.ts";

const cache = join(repositoryRoot, ".cache/image");
const startedMs = performance.now();

requireNode();
const read = readImageOptions(process.argv.slice(2));
if (typeof read === "string") {
  process.stderr.write(`${read}\n\n${usage}`);
  process.exit(2);
}
try {
  await build(read.options, read.mirror);
} catch (error) {
  process.stderr.write(`failed: ${(error as Error).message}\n`);
  process.exit(1);
}

function noMirror(): never {
  throw new Error("--debian-mirror is missing: this machine has no Debian sources");
}

async function build(options: ImageOptions, given: string | null): Promise<void> {
  const mirror = (): string => given ?? systemMirror() ?? noMirror();
  if (options.kind === "renew-libraries") return renewDebianLock({ cache, mirror: mirror(), progress });
  if (options.kind !== "bundle" && options.architecture === "arm") throw new Error(noArm);
  const secretKey = await loadReleaseKey(options.key ?? usualKeyPath(process.env), progress);
  const publicKey = writePublicKey(secretKey);
  progress("building agent and portal");
  const release = await buildRelease();
  if (options.kind === "bundle") {
    const minimalImage = options.minimalImage ?? (await versionOf("container"));
    const bundle = encodeBundle(release.files, { version: release.version, minimalImage }, secretKey);
    if (openBundle(bundle, readPublicKeys(publicKey)).kind !== "good")
      throw new Error("the bundle does not open again");
    await write(options.out, bundle);
    return progress(`${options.out}: version ${release.version}, ${mb(bundle.length)}`);
  }
  const architecture = architectures[options.architecture as "arm64" | "amd64"];
  progress(`fetching Node and libraries for ${architecture.name}`);
  const lockedPackages = await readLockedPackages();
  const base = await buildBaseLayer(architecture, {
    lockedPackages,
    cache,
    mirror: mirror(),
    progress,
    isWhole: options.isWhole,
  });
  const baseName = `node ${base.node.version} ${architecture.name}`;
  const application = await buildApplicationLayer(release, { publicKey, base: baseName });
  const files = [...base.files, ...application];
  if (options.kind === "files") {
    await rm(options.folder, { recursive: true, force: true });
    for (const { name, content, mode } of files) {
      const path = join(options.folder, name);
      if (name.endsWith("/")) await mkdir(path, { recursive: true });
      else await write(path, content, mode);
    }
    return progress(`${options.folder}: ${files.length} files`);
  }
  progress("packing");
  const version = await versionOf("container");
  const image = buildImage(architecture, files, { version, nodeVersion: base.node.version });
  const parts = describeParts({
    name: "karibu-agent",
    version,
    architecture: architecture.name,
    imageSha256: image.sha256,
    node: base.node,
    debian: base.debian,
    lockedPackages,
  });
  const content = options.out.endsWith(".gz") ? await gzip(image.archive) : image.archive;
  await write(options.out, content);
  await write(`${options.out}.parts.json`, `${JSON.stringify(parts, null, 2)}\n`);
  const comment = `karibu-agent ${version} ${architecture.name} sha256 ${image.sha256}`;
  await write(`${options.out}.minisig`, writeMinisign(content, secretKey, comment));
  progress(`${options.out}: ${image.name}, ${mb(content.length)}, sha256 of the plain tar ${image.sha256}`);
}

async function write(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode });
}

function progress(line: string): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${line}\n`);
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
