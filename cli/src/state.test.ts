import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { openJournal } from "@karibu/agent/journal/open-journal";
import { startAgent } from "@karibu/agent/start/test-agent-process";
import { importedMark } from "@karibu/agent/store/unfinished-import";
import { loadIdentity, saveIdentity } from "@karibu/agent/sync/identity";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { makeLinkKeys } from "@karibu/protocol/link/link-keys";
import { lockFolder } from "@karibu/protocol/process/folder-lock";
import { longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openState, sealState } from "./state-file.ts";

const passphrase = "mvua na jua la asubuhi";
const world = createSimulatedWorld();
const program = fileURLToPath(import.meta.resolve("@karibu/cli/main"));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-state-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** `input`: the typed text. */
function karibu(words: string[], given: { passphrase?: string; input?: string } = {}) {
  return new Promise<{ code: number; out: string; complaints: string }>((resolve) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const env = {
      PATH,
      NODE_COMPILE_CACHE,
      ...(given.passphrase ? { KARIBU_STATE_PASSPHRASE: given.passphrase } : {}),
    };
    const child = execFile(process.execPath, [program, ...words], { env }, (error, out, complaints) =>
      resolve({ code: Number(error?.code ?? 0), out, complaints }),
    );
    child.stdin?.end(given.input ?? "");
  });
}

async function makeSite(data: string): Promise<void> {
  const made = createNodeFolder(data);
  const keys = makeLinkKeys(world.random);
  const current = { siteId: "kisumu", keys, hubPublicKey: "hub", tokenHash: "t" };
  await saveIdentity(made, { current, pending: null });
  const { journal } = await openJournal(world, made, { replayAfter: null, onRecord: () => {} });
  for (let number = 0; number < 50; number++) journal.append({ kind: "alarm", name: "test", fields: { number } });
  await journal.close();
  for (const name of ["bundles/a.karibu", "launcher/state.json", "updates/b.part", "image-update.tar"]) {
    await mkdir(dirname(join(data, name)), { recursive: true });
    await writeFile(join(data, name), "of this router");
  }
}

test("[RTR-11] a site moves to a new router with its device key and every record, and not in the clear", async () => {
  const [old, fresh, file] = ["old", "new", "site.karibu-state"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await makeSite(old);
  const exported = await karibu(["export-state", "--data", old, "--out", file], { passphrase });
  expect(exported).toMatchObject({ code: 0, complaints: "" });
  expect(exported.out).toContain("site kisumu");
  expect(exported.out).toContain("device key");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const { current } = await loadIdentity(createNodeFolder(old));
  for (const secret of ["kisumu", current?.keys.seed as string])
    expect((await readFile(file)).includes(secret)).toBe(false);
  const imported = await karibu(["import", "--data", fresh, file], { input: `${passphrase}\n` });
  expect(imported).toMatchObject({ code: 0, complaints: "" });
  expect((await loadIdentity(createNodeFolder(fresh))).current).toEqual(current);
  const { journal } = await openJournal(world, createNodeFolder(fresh), { replayAfter: null, onRecord: () => {} });
  expect(journal.lastSeq).toBe(50);
  await journal.close();
  expect(await createNodeFolder(fresh).read(importedMark), "[BEY-28] its agent starts as on a copy").not.toBeNull();
  const moved = await createNodeFolder(fresh).list("");
  expect(moved.filter((name) => /^(bundles|launcher|updates|image)/.test(name))).toEqual([]);
});

longTest("a wrong passphrase, a foreign file, a full folder: refused by name, and nothing is left behind", async () => {
  const [old, fresh, file] = ["old", "new", "state"].map((name) => join(folder, name)) as [string, string, string];
  await makeSite(old);
  await writeFile(join(folder, "foreign"), "karibu-state 2\n{}\n");
  const papers = join(folder, "papers");
  await mkdir(join(papers, "journal"), { recursive: true });
  await writeFile(join(papers, "journal/monday.md"), "no agent wrote this");
  const export_ = ["export-state", "--data", old, "--out", file];
  const asked: [string[], string | undefined, number, RegExp][] = [
    [["export-state", "--data", old], passphrase, 2, /--out FILE is missing/],
    [["export-state", "--data", join(folder, "none"), "--out", file], passphrase, 1, /no such folder/],
    [
      ["export-state", "--data", papers, "--out", file],
      passphrase,
      1,
      /papers is no agent's data folder: it has neither identity\.json nor a log in journal\//,
    ],
    [export_, "short", 1, /KARIBU_STATE_PASSPHRASE: .* 12 characters/],
    [export_, undefined, 1, /KARIBU_STATE_PASSPHRASE/],
    [export_, passphrase, 0, /^$/],
    [export_, passphrase, 1, /--out: .*exist/],
    [["import", "--data", fresh], passphrase, 2, /name one FILE/],
    [["import", "--data", fresh, join(folder, "none")], passphrase, 1, /FILE: .*no such file/],
    [["import", "--data", fresh, join(folder, "foreign")], passphrase, 1, /no file of karibu export-state/],
    [["import", "--data", fresh, file], "some other words", 1, /passphrase is wrong/],
    [["import", "--data", old, file], passphrase, 1, /holds a site already/],
  ];
  for (const [words, secret, code, complaint] of asked) {
    const answer = await karibu(words, secret === undefined ? {} : { passphrase: secret });
    expect([words, answer.code, answer.complaints]).toEqual([words, code, expect.stringMatching(complaint)]);
  }
  expect(await createNodeFolder(fresh).list("")).toEqual([]);
});

longTest(
  "[RTR-11] an import that was cut off is half a site: no agent starts on it, nothing exports it, and it can be repeated",
  async () => {
    const [old, fresh, file] = ["old", "new", "state"].map((name) => join(folder, name)) as [string, string, string];
    await makeSite(old);
    expect(await karibu(["export-state", "--data", old, "--out", file], { passphrase })).toMatchObject({ code: 0 });
    await mkdir(join(fresh, "identity.json"), { recursive: true }); // cannot be written, nor cleaned up
    const cut = await karibu(["import", "--data", fresh, file], { passphrase });
    expect(cut).toMatchObject({ code: 1, complaints: expect.stringContaining("repeat the import") });
    await expect(startAgent({ KARIBU_DATA: fresh })).rejects.toThrow(/code 2: .*import into .* was cut off/);
    const again = await karibu(["export-state", "--data", fresh, "--out", join(folder, "half")], { passphrase });
    expect(again).toMatchObject({ code: 1, complaints: expect.stringContaining("was cut off") });
    await rm(join(fresh, "identity.json"), { recursive: true });
    await mkdir(join(fresh, "journal"), { recursive: true });
    await writeFile(join(fresh, "journal/of-another-file"), "left over");
    const imported = await karibu(["import", "--data", fresh, file], { passphrase });
    expect(imported).toMatchObject({ code: 0, complaints: "" });
    const own = (name: string) => !/^(bundles|launcher|updates|image)/.test(name);
    expect(await createNodeFolder(fresh).list("")).toEqual(
      (await createNodeFolder(old).list("")).filter(own).concat(importedMark).sort(),
    );
  },
);

test("a folder that an agent works on is neither exported nor filled", async () => {
  const [data, file] = ["running", "state"].map((name) => join(folder, name)) as [string, string];
  await makeSite(data);
  const release = lockFolder(data, "agent.lock");
  const refused = await karibu(["export-state", "--data", data, "--out", file], { passphrase });
  expect([refused.code, refused.complaints]).toEqual([1, expect.stringContaining("an agent runs on")]);
  release();
  expect(await karibu(["export-state", "--data", data, "--out", file], { passphrase })).toMatchObject({ code: 0 });
  const fresh = join(folder, "fresh");
  const held = lockFolder(fresh, "agent.lock");
  const again = await karibu(["import", "--data", fresh, file], { passphrase });
  expect([again.code, again.complaints]).toEqual([1, expect.stringContaining("an agent runs on")]);
  held();
});

longTest(
  "every state is restored without a change, and a file with one flipped bit is refused",
  async () => {
    const files = new Map([
      ["identity.json", Buffer.from("{}")],
      ["journal/e/1.log", Buffer.from(world.random.bytes(3000))],
      ["empty", Buffer.alloc(0)],
    ]);
    const sealed = await sealState(world.random, files, passphrase);
    const opened = await openState(sealed, ` ${passphrase} `);
    if (opened.kind !== "good") throw new Error(opened.reason);
    expect([...opened.files].map(([name, content]) => [name, Buffer.from(content)])).toEqual([...files]);
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * sealed.length - 1), async (bit) => {
        const flipped = Buffer.from(sealed);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        return (await openState(flipped, passphrase)).kind === "refused";
      }),
      { numRuns: 12 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        async (bytes) => (await openState(bytes, "x")).kind === "refused",
      ),
    );
  },
  60_000,
);
