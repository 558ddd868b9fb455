/**
 * What an image is made of, as CycloneDX 1.6: it lies beside the image, since RouterOS does not import one with extra
 * layers. No time and no random number in it: the same image has the same list.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import type { DebianPackage } from "./fetch-libraries.ts";
import type { LockedPackage, LockedPackages } from "./locked-packages.ts";

export interface PartsListInput {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly imageSha256: string;
  readonly node: { readonly version: string; readonly without: readonly string[] };
  readonly debian: readonly DebianPackage[];
  readonly lockedPackages: LockedPackages;
}

export function describeParts(input: PartsListInput): object {
  const { architecture, imageSha256, node, debian } = input;
  const libraries = shippedPackages(input.lockedPackages, ["agent", "portal"]);
  const serial = sha256Hex(`${imageSha256} parts`);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${asUuid(serial)}`,
    version: 1,
    metadata: {
      component: {
        type: "container",
        name: input.name,
        version: input.version,
        hashes: [{ alg: "SHA-256", content: imageSha256 }],
        properties: [{ name: "architecture", value: architecture }],
      },
    },
    components: [
      {
        type: "platform",
        name: "node",
        version: node.version,
        purl: `pkg:github/nodejs/node@v${node.version}`,
        licenses: [{ license: { id: "MIT" } }],
        properties: [{ name: "without", value: node.without.join(", ") }],
      },
      ...debian.map(({ name, version, sha256 }) => ({
        type: "library",
        name,
        version,
        purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`,
        hashes: [{ alg: "SHA-256", content: sha256 }],
      })),
      ...libraries.map(({ name, version, license, integrity }) => ({
        type: "library",
        name,
        version,
        purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
        ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
        ...(integrity === undefined ? {} : { hashes: [sha512(integrity)] }),
      })),
    ],
  };
}

/** All that the workspaces depend on at run time, as the lock file resolves it: what a bundle may contain. */
function shippedPackages(
  packages: LockedPackages,
  workspaces: readonly string[],
): (LockedPackage & { name: string })[] {
  const found = new Map<string, LockedPackage & { name: string }>();
  const visit = (path: string): void => {
    for (const name of Object.keys(packages[path]?.dependencies ?? {})) {
      const key = resolve(path, name);
      if (key === null || found.has(key)) continue;
      const locked = packages[key] as LockedPackage;
      if (locked.link === true) visit(locked.resolved as string);
      else {
        found.set(key, { ...locked, name });
        visit(key);
      }
    }
  };
  /** As Node looks for it: in the nearest `node_modules`, then further out. */
  const resolve = (from: string, name: string): string | null => {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
      const key = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
      if (packages[key] !== undefined) return key;
      if (folder === "" || !folder.includes("node_modules/")) {
        return packages[`node_modules/${name}`] === undefined ? null : `node_modules/${name}`;
      }
    }
  };
  for (const workspace of workspaces) visit(workspace);
  return [...found.values()].sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

function sha512(integrity: string): { alg: string; content: string } {
  return { alg: "SHA-512", content: Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex") };
}

/** A version 8 UUID (RFC 9562 §5.8): made from a digest of ours. */
function asUuid(hex: string): string {
  const digits = `${hex.slice(0, 12)}8${hex.slice(13, 16)}a${hex.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
