import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePublicKey } from "@karibu/protocol/bundle/release-key";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findLauncher } from "./find-launcher.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-launcher-"));
  await mkdir(join(folder, "proc/7"), { recursive: true });
  await writeFile(
    join(folder, "image.json"),
    JSON.stringify({ id: "image-1", agentVersion: "0.1.0", imageVersion: "0.3.0" }),
  );
  await writeFile(join(folder, "release-keys"), writePublicKey(generateKeyPairSync("ed25519").privateKey));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const find = async (words: string[], program: string, options: string[] = []) => {
  await writeFile(join(folder, "proc/7/cmdline"), words.join("\0"));
  return findLauncher({
    parentId: 7,
    program,
    arguments: options,
    signalParent: () => {},
    processes: join(folder, "proc"),
  });
};

test("the image's own release and a bundle's are distinguished by where they lie", async () => {
  const words = ["/bin/node", "--no-opt", join(folder, "launcher.cjs")];
  expect(await find(words, join(folder, "agent/agent.cjs"))).toMatchObject({
    runningId: "image-1",
    runningVersion: "0.1.0",
    image: { imageVersion: "0.3.0" },
  });
  const unpacked = "/data/launcher/unpacked/1.2.3-early.4-0123456789ab/agent/agent.cjs";
  expect(await find(words, unpacked)).toMatchObject({
    runningId: "1.2.3-early.4-0123456789ab",
    runningVersion: "1.2.3-early.4",
  });
  const moved = ["/bin/node", "/elsewhere/launcher.cjs", `--home=${folder}`];
  expect(await find(moved, unpacked)).toMatchObject({ image: { id: "image-1" } });
});

test("the launcher says which releases found no room", async () => {
  const words = ["/bin/node", join(folder, "launcher.cjs")];
  const options = ["--passed-over=0.3.0-0123456789ab", "--passed-over=0.2.0-0123456789ab", "--other"];
  expect(await find(words, "x", options)).toMatchObject({ passedOver: ["0.3.0-0123456789ab", "0.2.0-0123456789ab"] });
  expect(await find(words, "x")).toMatchObject({ passedOver: [] });
});

test("no other parent is taken for a launcher, and none without keys", async () => {
  expect(await find(["/bin/bash"], "agent/src/main.ts")).toBeNull();
  await rm(join(folder, "release-keys"));
  expect(await find([join(folder, "launcher.cjs")], "x")).toBeNull();
  const nobody = { parentId: 99, program: "x", arguments: [], signalParent: () => {}, processes: join(folder, "proc") };
  expect(await findLauncher(nobody)).toBeNull();
});
