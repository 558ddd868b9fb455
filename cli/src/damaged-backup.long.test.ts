/** Back-ups with hostile texts of strangers, and damaged ones, which are refused with one sentence. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openEngine } from "@karibu/cloud/ground/db/open-database";
import { silentWorld } from "@karibu/cloud/real-world";
import { brokenText } from "@karibu/protocol/hostile-texts";
import { afterEach, expect, test } from "vitest";
import { hubAdmin, karibu, makeFolder, startHub } from "./test-karibu.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

/** A hub with one sign-up in it, which anybody may send. */
async function hubWithSignUp(providerName: string) {
  const data = await makeFolder();
  const hub = await startHub(data);
  const answer = await fetch(`${hub.url}/api/v1/sign-up`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ providerName, email: "asha@provider.test", password: "the-owner-password" }),
  });
  expect(answer.status).toBe(202);
  return { ...hub, data };
}

async function signedUpIn(dataDir: string): Promise<unknown[]> {
  const engine = await openEngine(silentWorld(), { databaseUrl: null, dataDir });
  try {
    return await engine.hold((run) => run("select detail->>'providerName' as name from mailed_tokens"));
  } finally {
    await engine.close();
  }
}

test("[SYS-09] a back-up with hostile texts is verified, and restored with every character", async () => {
  const [hub, files] = await Promise.all([hubWithSignUp(brokenText), makeFolder()]);
  const [live, out] = [join(files, "live.backup.gz"), join(files, "hub.backup.gz")];
  const verified = {
    code: 0,
    complaints: "",
    text: expect.stringContaining("verified: restored on disk, rows and ledger are equal"),
  };
  expect(await karibu(hubAdmin, "backup", "--out", live, "--verify", "--hub", hub.url)).toMatchObject(verified);
  await hub.stop();
  expect(await karibu({ KARIBU_DATA: hub.data }, "backup", "--out", out, "--verify")).toMatchObject(verified);
  expect(readdirSync(files).sort()).toEqual(["hub.backup.gz", "live.backup.gz"]);
  // Both were restored into a folder and compared; one of them into files too.
  const data = await makeFolder();
  expect(await karibu({ KARIBU_DATA: data }, "restore", "--in", live)).toMatchObject({ code: 0, complaints: "" });
  expect(await signedUpIn(data)).toEqual([{ name: brokenText }]);
}, 600_000);

test("[SYS-09] a changed byte or missing bytes: one sentence, nothing restored, the file as it was", async () => {
  const [hub, files] = await Promise.all([hubWithSignUp("Mto"), makeFolder()]);
  const out = join(files, "hub.backup.gz");
  await hub.stop();
  expect(await karibu({ KARIBU_DATA: hub.data }, "backup", "--out", out)).toMatchObject({ code: 0 });
  const whole = readFileSync(out);
  const flipped = (at: number) => {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] as number) ^ 0x10;
    return bytes;
  };
  // One of each part of the file, because each case is a process. `read-backup.test.ts` has the others.
  const flips = [0, whole.length >> 1];
  const cuts = [whole.length - 20];
  const cases = [
    ...flips.map((at) => ({ name: `flip-${at}`, bytes: flipped(at) })),
    ...cuts.map((length) => ({ name: `cut-${length}`, bytes: whole.subarray(0, length) })),
    { name: "text", bytes: Buffer.from("no back-up at all\n") },
    { name: "empty", bytes: Buffer.alloc(0) },
  ];
  const empty = await makeFolder();
  for (const { name, bytes } of cases) {
    const file = join(files, name);
    writeFileSync(file, bytes);
    const ran = await karibu({ KARIBU_DATA: empty }, "restore", "--in", file);
    expect([name, ran.code, ran.text]).toEqual([name, 1, ""]);
    expect(ran.complaints.replace(file, "FILE")).toMatch(
      /^karibu restore: (the back-up is damaged: [a-z ,]+|this is no back-up of Karibu[a-z ,]*); nothing was restored, and FILE is left as it is\n$/,
    );
    expect(readFileSync(file).equals(bytes), name).toBe(true);
    expect(readdirSync(empty), name).toEqual([]);
  }
  expect(await karibu({ KARIBU_DATA: empty }, "restore", "--in", out)).toMatchObject({ code: 0 });
}, 600_000);

/** Answers the log-in, and sends these bytes as its back-up. */
async function hubThatGives(bytes: Uint8Array): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === "/api/v1/login") response.end('{"token":"t"}');
    else response.end(bytes);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    hub: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...hubAdmin,
  };
}

test.each([
  ["with --verify", ["--verify"]],
  ["without --verify", []],
])(
  "[SYS-09] a back-up that fails its proof is kept under another name, and said: %s",
  async (_, words) => {
    const files = await makeFolder();
    const out = join(files, "hub.backup.gz");
    writeFileSync(out, "the back-up of yesterday");
    const [held, taken] = [await hubWithSignUp("Mto"), join(await makeFolder(), "hub.backup.gz")];
    await held.stop();
    expect(await karibu({ KARIBU_DATA: held.data }, "backup", "--out", taken)).toMatchObject({ code: 0 });
    const bytes = readFileSync(taken);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    const { hub = "", ...env } = await hubThatGives(bytes);
    const ran = await karibu(env, "backup", "--out", out, "--hub", hub, ...words);
    expect(ran).toMatchObject({ code: 1, text: "" });
    expect(ran.complaints.replaceAll(out, "FILE")).toMatch(
      /^karibu backup: the back-up is damaged: [a-z ,]+\nkaribu backup: it failed its proof and is kept as FILE\.unproved; FILE is not written, so take another back-up\n$/,
    );
    expect(readFileSync(`${out}.unproved`).equals(bytes)).toBe(true);
    expect(readFileSync(out, "utf8")).toBe("the back-up of yesterday");
    expect(readdirSync(files).sort()).toEqual(["hub.backup.gz", "hub.backup.gz.unproved"]);
  },
  600_000,
);
