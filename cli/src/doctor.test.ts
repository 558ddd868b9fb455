import { createSocket, type Socket } from "node:dgram";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { openJournal } from "@karibu/agent/journal/open-journal";
import { listenHttp } from "@karibu/agent/portal-server/http/http-listener";
import { createAgent } from "@karibu/agent/start/agent";
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { afterEach, expect, test } from "vitest";
import { doctor } from "./doctor.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  delete process.env.KARIBU_RADIUS_AUTH_PORT;
  delete process.env.KARIBU_RADIUS_ACCT_PORT;
});

async function run(...words: string[]) {
  const lines: string[] = [];
  const complaints: string[] = [];
  const output = {
    print: (line: string) => void lines.push(line),
    complain: (line: string) => void complaints.push(line),
  };
  return { code: await doctor.run(words, output), text: lines.join("\n"), complaints: complaints.join("\n") };
}

async function takenPort(): Promise<number> {
  const socket: Socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, () => resolve()));
  closing.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return (socket.address() as AddressInfo).port;
}

test("[BEY-16] for a data folder it reports journal, disk, clock and ports, and leaves no files", async () => {
  const data = await mkdtemp(join(tmpdir(), "karibu-doctor-"));
  closing.push(() => rm(data, { recursive: true, force: true }));
  const port = await takenPort();
  process.env.KARIBU_RADIUS_AUTH_PORT = String(port);
  const { code, text } = await run("--data", data);
  expect(code).toBe(1);
  expect(text).toContain("journal: 0 records");
  expect(text).toContain("disk-speed");
  expect(text).toContain(`WRONG  radius-ports: UDP ${port} can't be opened (EADDRINUSE)`);
  expect(await readdir(data)).toEqual([]);
});

test("[BEY-16] it reports a journal that was cut after a stop, or torn in a crash, before the agent starts", async () => {
  const data = await mkdtemp(join(tmpdir(), "karibu-doctor-"));
  closing.push(() => rm(data, { recursive: true, force: true }));
  const folder = createNodeFolder(data);
  const onRecord = () => {};
  const { journal } = await openJournal(createSimulatedWorld(), folder, { replayAfter: null, onRecord });
  for (const name of ["a", "b"]) await journal.append({ kind: "alarm", name, fields: {} }).durable;
  await journal.close();
  expect((await run("--data", data)).text).toMatch(/^ok +journal: 2 records, the last of [^.]+\.000Z\.$/m);
  const segment = `journal/${journal.epoch}/000000000001.log`;
  const content = (await folder.read(segment)) as Uint8Array;
  await folder.truncate(segment, content.length - 30);
  expect((await run("--data", data)).text).toMatch(/^WRONG +journal: 1 records, .* as the last stop left it/m);
  await folder.remove(`journal/${journal.epoch}/end.json`);
  expect((await run("--data", data)).text).toMatch(/^notice +journal: 1 records, .* as after a power cut/m);
});

test("[BEY-16] for a running agent it reports the agent's findings", async () => {
  const world = createSimulatedWorld();
  const agent = createAgent(
    world,
    {
      folder: createFaultyFolder(world),
      udp: { bind: () => Promise.reject(new Error("EADDRINUSE")) },
      dialHub: null,
      listenHttp: (portal) => listenHttp(portal, { port: 0, address: "127.0.0.1", world }),
    },
    {
      version: "1.0.0",
      radius: { secret: "s", authPort: 1812, acctPort: 1813, coaHost: "127.0.0.1", coaPort: 3799 },
      hub: null,
      siteFile: null,
      interimFlushSeconds: 60,
    },
  );
  await agent.start();
  closing.push(() => agent.stop());
  const { code, text } = await run("--agent", `http://127.0.0.1:${agent.httpPort}`);
  expect(code).toBe(1);
  expect(text).toContain("WRONG  radius-ports");
  expect(text).toContain("notice router-api");
});

test("it reports wrong options, and an agent that does not answer", async () => {
  expect(await run()).toMatchObject({ code: 2, complaints: expect.stringContaining("--agent URL") });
  expect(await run("--agent", "nonsense")).toMatchObject({ code: 2, complaints: expect.stringContaining("nonsense") });
  expect(await run("--data", "/no/such/folder")).toMatchObject({
    code: 1,
    complaints: expect.stringContaining("no such folder"),
  });
  expect(await run("--agent", "http://127.0.0.1:1/")).toMatchObject({
    code: 1,
    complaints: expect.stringContaining("no answer"),
  });
});
