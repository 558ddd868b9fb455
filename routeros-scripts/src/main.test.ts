import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleValues } from "./values/sample-values.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "karibu-scripts-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...words: readonly string[]) {
  const main = join(import.meta.dirname, "main.ts");
  const { status, stderr } = spawnSync(process.execPath, [main, ...words], { encoding: "utf8", timeout: 30_000 });
  return { status, stderr };
}

test("[RTR-25] one command writes every script of a version", () => {
  const out = join(folder, "a", "b");
  expect(run("--version", "7.24.4", "--out", out)).toEqual({ status: 0, stderr: "" });
  expect(readdirSync(out)).toEqual([
    "login.html",
    "preflight.rsc",
    "remove.rsc",
    "repair.rsc",
    "setup.rsc",
    "update-image.rsc",
    "verify.rsc",
  ]);
  // The files contain passwords.
  for (const name of readdirSync(out)) expect(statSync(join(out, name)).mode & 0o777, name).toBe(0o600);
});

test("[RTR-25] the script contains the digest and the size of the image file, and its address at the hub", () => {
  const out = join(folder, "out");
  const values = join(folder, "values.json");
  const image = join(folder, "karibu-arm64.tar");
  writeFileSync(values, JSON.stringify(sampleValues));
  writeFileSync(image, "hello\n");
  const words = ["--version", "7.22", "--out", out, "--values", values];
  expect(run(...words)).toEqual({ status: 0, stderr: "" });
  expect(readdirSync(out)).not.toContain("update-image.rsc");
  expect(run(...words, "--image", image)).toEqual({ status: 0, stderr: "" });
  const script = readFileSync(join(out, "update-image.rsc"), "utf8");
  const sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
  expect(script).toContain(`url="https://hub.example.com/v2/karibu-agent/archives/sha256:${sha256}"`);
  expect(script).toContain(`&sha256=${sha256}"`);
  expect(script).toContain("($size != 6)");
});

longTest(
  "an unknown version, an unknown option, a missing option and an invalid value are refused by name, and nothing is written",
  () => {
    const out = join(folder, "out");
    const values = join(folder, "values.json");
    const compressed = join(folder, "image.tar.gz");
    writeFileSync(compressed, Buffer.from([0x1f, 0x8b, 8, 0]));
    writeFileSync(values, JSON.stringify({ ...sampleValues, internetProbe: "everywhere" }));
    const cases: [readonly string[], RegExp][] = [
      [["--version", "7.17", "--out", out], /RouterOS "7\.17" is not supported; supported: 7\.18\.2/],
      [["--version", "7.22", "--out", out, "--colour", "blue"], /--colour/],
      [["--version", "7.22"], /--out is needed/],
      [["--out", out], /--version is needed/],
      [["--version", "7.22", "--out", out, "--values", values], /^internetProbe: must be an IPv4 address/],
      [["--version", "7.22", "--out", out, "--values", join(folder, "none.json")], /none\.json/],
      [["--version", "7.22", "--out", out, "--image", join(folder, "none.tar")], /--image: .*none\.tar/],
      [["--version", "7.22", "--out", out, "--image", compressed], /--image: .*it is compressed/],
      [
        ["--version", "7.22", "--out", out, "--image", values, "--image-url", "usb1"],
        /--image-url: must be an address/,
      ],
    ];
    for (const [words, message] of cases) {
      const { status, stderr } = run(...words);
      expect(status, words.join(" ")).toBe(2);
      expect(stderr).toMatch(message);
    }
    expect(existsSync(out)).toBe(false);
  },
);
