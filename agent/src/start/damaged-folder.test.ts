/** A sample of `damaged-folder.long.test.ts`, which damages every byte. */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { damagesOf, fillFolder, findFaults } from "./test-damaged-folder.ts";

const makeCopy = async (files: ReadonlyMap<string, Uint8Array>) => {
  const folder = createFaultyFolder(createSimulatedWorld());
  for (const [name, content] of files) await folder.replace(name, content);
  return folder;
};

test.each(["stopped", "crashed"] as const)(
  "a byte of any file is damaged after the agent %s: it is said, and nobody gets what they had not",
  async (end) => {
    const files = await fillFolder(await makeCopy(new Map()), end, makeCopy);
    console.error([...files].map(([n, c]) => `${n} ${c.length}`).join("\n"));
    const damages = damagesOf(files, Number(process.env.EVERY ?? 41));
    const t = performance.now();
    const faults = await findFaults(files, damages, makeCopy);
    console.error(damages.length, performance.now() - t, faults.length);
    const by = new Map<string, string[]>(); for (const f of faults) { const k = f.replace(/byte .*?: /, "").replace(/"password".*?"limits"/g, "").slice(0, 150); by.set(k, [...(by.get(k) ?? []), f]); } for (const [k, l] of by) console.error(l.length, l[0]?.slice(0, 700)); expect(faults.length).toEqual(0);
  },
  600_000,
);
