/**
 * A bundle: one release of the agent and its portal in one file, signed, without Node. A site fetches it for an
 * update; the launcher in the image checks it.
 *
 * Shape   `karibu-bundle 1\n`, the manifest as one line of JSON, the signature (Ed25519 over everything before it) in base64
 *         as one line, then the gzipped contents of all files, one after the other in the manifest's order.
 * The signature covers the manifest, the manifest the digest and the length of the rest: nothing is unpacked before both fit.
 */

import { type KeyObject, sign, verify } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { readJsonObject } from "../foreign-json.ts";
import { sha256Hex } from "../hash.ts";
import type { ReleaseKey } from "./release-key.ts";
import { isVersion } from "./version-order.ts";

export interface BundleManifest {
  readonly version: string;
  /** An older image can't run it: its Node or its launcher lacks something. */
  readonly minimalImage: string;
  readonly payloadBytes: number;
  /** Of the gzipped payload, in hex. */
  readonly payloadSha256: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

export interface Bundle {
  /** Names exactly this content: the same version, built again, is another bundle. */
  readonly id: string;
  readonly manifest: BundleManifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export type OpenedBundle =
  | { readonly kind: "good"; readonly bundle: Bundle }
  | { readonly kind: "refused"; readonly reason: BundleRefusal };

export type BundleRefusal = "not-a-bundle" | "wrong-signature" | "damaged" | "manifest-not-understood";

const magic = "karibu-bundle 1\n";
const headBytesMax = 64 * 1024;
export const bundleBytesMax = 16 * 1024 * 1024;
const unpackedBytesMax = 64 * 1024 * 1024;
const fileNames = /^(agent\/agent\.cjs|portal\/(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,200})$/;

/** Throws on a file name or a version that `openBundle` would refuse. The same input gives the same octets. */
export function encodeBundle(
  files: ReadonlyMap<string, Uint8Array>,
  about: { version: string; minimalImage: string },
  secretKey: KeyObject,
): Buffer {
  const names = [...files.keys()].sort();
  const payload = gzipSync(Buffer.concat(names.map((name) => files.get(name) as Uint8Array)), { level: 9 });
  const manifest: BundleManifest = {
    version: about.version,
    minimalImage: about.minimalImage,
    payloadBytes: payload.length,
    payloadSha256: sha256Hex(payload),
    files: names.map((name) => ({ name, bytes: (files.get(name) as Uint8Array).length })),
  };
  if (readManifest(JSON.stringify(manifest)) === null) {
    throw new Error("a bundle needs agent/agent.cjs, files below portal/, and versions like 1.2.3");
  }
  const head = Buffer.from(`${magic}${JSON.stringify(manifest)}\n`);
  const signature = sign(null, head, secretKey).toString("base64");
  return Buffer.concat([head, Buffer.from(`${signature}\n`), payload]);
}

/** Never throws. Any of the keys may have signed. */
export function openBundle(bytes: Uint8Array, keys: readonly ReleaseKey[]): OpenedBundle {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.toString("latin1", 0, magic.length) !== magic) return refuse("not-a-bundle");
  const headEnd = file.indexOf(10, magic.length) + 1;
  const signatureEnd = file.indexOf(10, headEnd) + 1;
  if (headEnd === 0 || signatureEnd === 0 || signatureEnd > headBytesMax) return refuse("not-a-bundle");
  const head = file.subarray(0, headEnd);
  const signature = Buffer.from(file.toString("latin1", headEnd, signatureEnd - 1), "base64");
  // A signature has one spelling, so that the file is refused after any flipped bit.
  if (`${signature.toString("base64")}\n` !== file.toString("latin1", headEnd, signatureEnd)) {
    return refuse("wrong-signature");
  }
  if (!keys.some(({ key }) => verify(null, head, key, signature))) return refuse("wrong-signature");
  const manifest = readManifest(head.toString("utf8", magic.length));
  if (manifest === null) return refuse("manifest-not-understood");
  const payload = file.subarray(signatureEnd);
  if (payload.length !== manifest.payloadBytes || sha256Hex(payload) !== manifest.payloadSha256)
    return refuse("damaged");
  return unpack(manifest, payload);
}

function unpack(manifest: BundleManifest, payload: Buffer): OpenedBundle {
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let content: Buffer;
  try {
    content = gunzipSync(payload, { maxOutputLength: Math.max(1, total) });
  } catch {
    return refuse("damaged");
  }
  if (content.length !== total) return refuse("damaged");
  const files = new Map<string, Uint8Array>();
  let at = 0;
  for (const { name, bytes } of manifest.files) {
    files.set(name, content.subarray(at, at + bytes));
    at += bytes;
  }
  return { kind: "good", bundle: { id: bundleId(manifest), manifest, files } };
}

function bundleId({ version, payloadSha256 }: BundleManifest): string {
  return `${version}-${payloadSha256.slice(0, 12)}`;
}

function readManifest(text: string): BundleManifest | null {
  const value = readJsonObject(text) as Partial<BundleManifest> | null;
  if (value === null) return null;
  const { version, minimalImage, payloadBytes, payloadSha256, files } = value;
  const plain =
    typeof version === "string" &&
    typeof minimalImage === "string" &&
    isVersion(version) &&
    isVersion(minimalImage) &&
    isCount(payloadBytes, bundleBytesMax) &&
    typeof payloadSha256 === "string" &&
    /^[0-9a-f]{64}$/.test(payloadSha256) &&
    Array.isArray(files) &&
    files.every((file) => fileNames.test(String(file?.name)) && isCount(file?.bytes, unpackedBytesMax)) &&
    files.some((file) => file.name === "agent/agent.cjs") &&
    files.reduce((sum, file) => sum + file.bytes, 0) <= unpackedBytesMax;
  return plain ? (value as BundleManifest) : null;
}

function isCount(value: unknown, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
}

function refuse(reason: BundleRefusal): OpenedBundle {
  return { kind: "refused", reason };
}
