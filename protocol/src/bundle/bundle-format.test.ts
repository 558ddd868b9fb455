import { generateKeyPairSync } from "node:crypto";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBundle, openBundle } from "./bundle-format.ts";
import { readPublicKeys, writePublicKey } from "./release-key.ts";
import { compareVersions } from "./version-order.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const keys = readPublicKeys(writePublicKey(privateKey));
const files = new Map<string, Uint8Array>([
  ["agent/agent.cjs", Buffer.from("console.log('karibu')\n".repeat(40))],
  ["portal/index.html", Buffer.from("<h1>Karibu</h1>")],
]);
const about = { version: "1.2.3", minimalImage: "0.1.0" };

test("a bundle opens to the files that went in, and is built the same twice", () => {
  const bytes = encodeBundle(files, about, privateKey);
  expect(encodeBundle(new Map([...files].reverse()), about, privateKey)).toEqual(bytes);
  const opened = openBundle(bytes, keys);
  expect(opened).toMatchObject({ kind: "good", bundle: { manifest: about } });
  if (opened.kind !== "good") return;
  expect(opened.bundle.id).toMatch(/^1\.2\.3-[0-9a-f]{12}$/);
  for (const [name, content] of files) expect(Buffer.from(opened.bundle.files.get(name)!)).toEqual(content);
});

test("[BEY-20] any one flipped bit refuses a bundle", () => {
  const bytes = encodeBundle(files, about, privateKey);
  for (let bit = 0; bit < 8 * bytes.length; bit += isLongRun ? 1 : 7) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(openBundle(flipped, keys).kind, `bit ${bit}`).toBe("refused");
  }
});

test("a bundle cut short, grown, or signed by a stranger is refused", () => {
  const bytes = encodeBundle(files, about, privateKey);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), (length) => openBundle(bytes.subarray(0, length), keys).kind === "refused"),
  );
  expect(openBundle(Buffer.concat([bytes, Buffer.of(0)]), keys)).toMatchObject({ reason: "damaged" });
  const stranger = generateKeyPairSync("ed25519").privateKey;
  expect(openBundle(encodeBundle(files, about, stranger), keys)).toMatchObject({ reason: "wrong-signature" });
});

test("nothing that is no bundle makes it throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => openBundle(bytes, keys).kind === "refused"));
});

test("a bundle can't name a file outside of its two folders", () => {
  for (const name of ["../x", "portal/../x", "/etc/passwd", "agent/other.cjs", "portal/"]) {
    expect(() => encodeBundle(new Map([...files, [name, Buffer.of(1)]]), about, privateKey)).toThrow("agent/agent.cjs");
  }
});

test("an early version comes before its release, and numbers count as numbers", () => {
  const inOrder = [
    "nonsense",
    "0.9.12",
    "0.10.0",
    "1.0.0-early.2",
    "1.0.0-early.10",
    "1.0.0-early.10.x",
    "1.0.0",
    "1.0.1",
  ];
  for (const [index, version] of inOrder.entries()) {
    for (const [other, otherVersion] of inOrder.entries()) {
      expect(Math.sign(compareVersions(version, otherVersion)), `${version} ${otherVersion}`).toBe(
        Math.sign(index - other),
      );
    }
  }
});
