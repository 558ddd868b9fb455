/** What was acknowledged survives a power cut at every operation of the disk; what could not be synced is never acknowledged. */
import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createEnvelope } from "../secrets/envelope.ts";
import { openKnownPaths } from "./known-paths.ts";
import { openSpool, type Spool, type SpoolParts } from "./spool.ts";

const masterKey = new Uint8Array(32).fill(7);
const idOf = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const textOf = (number: number) => JSON.stringify({ number, padding: "x".repeat((number * 97) % 900) });

interface Books {
  readonly acknowledged: Set<string>;
  /** As the table of booked records: the same id counts once. */
  readonly booked: Map<string, string>;
}

const nobody = () => null;
const open = (world: SimulatedWorld, folder: FaultyFolder, bytesMax = 1e6, sharerOf: SpoolParts["sharerOf"] = nobody) =>
  openSpool({ world, folder, envelope: createEnvelope(world.random, [masterKey]), bytesMax, sharerOf });

/** One life of a process: hands on what it finds, takes callbacks in waves, hands on between them. Ends at the power cut. */
async function live(world: SimulatedWorld, folder: FaultyFolder, books: Books, firstNumber: number): Promise<void> {
  const handOn = async (records: readonly { id: string; text: string }[]) => {
    for (const { id, text } of records) books.booked.set(id, text);
    return [];
  };
  const spool = await open(world, folder);
  await spool.drain(handOn);
  let number = firstNumber;
  for (const count of [1, 5, 2, 9]) {
    const numbers = Array.from({ length: count }, () => number++);
    await Promise.all(
      numbers.map((each) =>
        spool.keep({ id: idOf(each), text: textOf(each) }, "shop").then(() => books.acknowledged.add(idOf(each))),
      ),
    );
    if (count === 2) await spool.drain(handOn);
  }
}

const takenBy = (ids: string[]) => async (records: readonly { id: string }[]) => {
  ids.push(...records.map(({ id }) => id));
  return [];
};

const untilPowerCut = (work: Promise<void>) =>
  work.catch((error: Error) => {
    if (![error.name, (error.cause as Error | undefined)?.name].includes("PowerCut")) throw error;
  });

test("[PAY-02] a power cut at every operation loses nothing that was acknowledged, and changes no text", async () => {
  const rehearsal = createFaultyFolder(createSimulatedWorld(1));
  await live(createSimulatedWorld(1), rehearsal, { acknowledged: new Set(), booked: new Map() }, 0);
  expect(rehearsal.operations).toBeGreaterThan(10);
  for (let cut = 0; cut < rehearsal.operations; cut++) {
    for (let seed = 0; seed < 8; seed++) {
      const world = createSimulatedWorld(seed * 1000 + cut);
      const folder = createFaultyFolder(world);
      const books: Books = { acknowledged: new Set(), booked: new Map() };
      folder.cutPowerAt(cut);
      await untilPowerCut(live(world, folder, books, 0));
      folder.reboot();
      // The next life is cut too, while it hands on what the first one left.
      folder.cutPowerAt(cut % 7);
      await untilPowerCut(live(world, folder, books, 100));
      folder.reboot();
      await live(world, folder, books, 200);
      const spool = await open(world, folder);
      const isEmpty = await spool.drain(async (records) => {
        for (const { id, text } of records) books.booked.set(id, text);
        return [];
      });
      expect(isEmpty).toBe(true);
      expect([...books.acknowledged].filter((id) => !books.booked.has(id))).toEqual([]);
      for (const [id, text] of books.booked) expect(text).toBe(textOf(Number(id.slice(-12))));
      expect(spool.figures().bytes).toBe(0);
    }
  }
}, 120_000);

test("[PAY-02] a full spool, and a disk that refuses, take nothing more and say so; afterwards it goes on", async () => {
  const world = createSimulatedWorld(3);
  const folder = createFaultyFolder(world);
  const spool = await open(world, folder, 40_000);
  const text = "x".repeat(2000);
  const keep = (number: number, sharer: string) => spool.keep({ id: idOf(number), text }, sharer);
  // One sharer gets a quarter of it, so that the others have room.
  await keep(1, "greedy");
  await keep(2, "greedy");
  await keep(3, "greedy");
  await expect(keep(4, "greedy")).rejects.toMatchObject({ code: "spool/full" });
  for (let number = 10; number < 14; number++) await keep(number, `shop ${number}`);
  const before = (await Promise.all((await folder.list("")).map((name) => folder.read(name)))).join("");
  let taken = 7;
  for (let number = 20; number < 40; number++)
    await keep(number, `shop ${number}`).then(
      () => taken++,
      (error) => expect(error).toMatchObject({ code: "spool/full" }),
    );
  expect(spool.figures().bytes).toBeLessThanOrEqual(40_000);
  expect(spool.figures().full).toBeGreaterThan(1);
  // What is sealed shows nothing of its content.
  expect(before).not.toContain("xxxx");
  const handedOn: string[] = [];
  const handOn = takenBy(handedOn);
  await spool.drain(handOn);
  expect(handedOn).toHaveLength(taken);

  folder.limitBytes(500);
  await expect(keep(50, "shop")).rejects.toMatchObject({ code: "spool/not-kept" });
  folder.limitBytes(null);
  folder.readOnly(true);
  await expect(keep(51, "shop")).rejects.toMatchObject({ code: "spool/not-kept" });
  folder.readOnly(false);
  await keep(52, "shop");
  await spool.drain(handOn);
  expect(handedOn.at(-1)).toBe(idOf(52));
  expect(handedOn).not.toContain(idOf(51));
});

test("[PAY-02] a restart gives nobody who fills the spool a fresh share of it, and keeps room for the others", async () => {
  const world = createSimulatedWorld(3);
  const folder = createFaultyFolder(world);
  const sharerOf = (text: string) => text.slice(0, text.indexOf(" "));
  const start = () => open(world, folder, 40_000, sharerOf);
  let number = 0;
  const keep = (spool: Spool, sharer: string) =>
    spool.keep({ id: idOf(++number), text: `${sharer} ${"x".repeat(2000)}` }, sharer);
  const before = await start();
  for (let times = 0; times < 3; times++) await keep(before, "greedy");
  await keep(before, "shop");
  await before.close();

  const after = await start();
  await after.sharesKnown;
  expect(after.figures().waiting).toBe(4);
  await expect(keep(after, "greedy")).rejects.toMatchObject({ code: "spool/full" });
  await keep(after, "shop");
  await keep(after, "another");
  const handedOn: string[] = [];
  await after.drain(takenBy(handedOn));
  expect(handedOn).toHaveLength(6);
  expect(after.figures()).toMatchObject({ waiting: 0, oldestAtMs: null });
  await keep(after, "greedy");
});

test("[PAY-02] a share is of what lies there: what was handed on or refused by the disk takes none, though the spool is never empty", async () => {
  const world = createSimulatedWorld(4);
  const folder = createFaultyFolder(world);
  const sharerOf = (text: string) => text.slice(0, text.indexOf(" "));
  const spool = await open(world, folder, 40_000, sharerOf);
  let number = 0;
  const keep = (sharer: string) => spool.keep({ id: idOf(++number), text: `${sharer} ${"x".repeat(2000)}` }, sharer);
  folder.readOnly(true);
  for (let times = 0; times < 5; times++) await expect(keep("shop")).rejects.toMatchObject({ code: "spool/not-kept" });
  folder.readOnly(false);
  const handedOn: string[] = [];
  const takes = takenBy(handedOn);
  for (let round = 0; round < 8; round++) {
    await keep("shop");
    // Another one comes while these are handed on.
    await spool.drain(async (some) => {
      if (handedOn.length % 2 === 0) await keep("other");
      return takes(some);
    });
  }
  expect(handedOn.length).toBeGreaterThanOrEqual(8);
});

test("[PAY-02] during a long absence no file grows without end: each is read whole when it is handed on", async () => {
  const world = createSimulatedWorld(8);
  const folder = createFaultyFolder(world);
  const spool = await open(world, folder, 1e8);
  const text = "x".repeat(200_000);
  for (let number = 0; number < 30; number++) await spool.keep({ id: idOf(number), text }, "shop");
  const sizes = await Promise.all((await folder.list("")).map(async (name) => (await folder.read(name))?.length ?? 0));
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThan(4_500_000);
  const handedOn: string[] = [];
  await spool.drain(takenBy(handedOn));
  expect(handedOn).toEqual(Array.from({ length: 30 }, (_, number) => idOf(number)));
});

test("[PAY-02] a damaged record costs itself alone, is kept for a person, and is said; a bad sector is tried again", async () => {
  const world = createSimulatedWorld(4);
  const folder = createFaultyFolder(world);
  const first = await open(world, folder);
  for (let number = 1; number <= 3; number++) await first.keep({ id: idOf(number), text: textOf(number) }, "shop");
  const [name = ""] = await folder.list("");
  const content = Buffer.from((await folder.read(name)) as Uint8Array).toString("latin1");
  folder.damage(name, content.indexOf(idOf(2)) + 60, Buffer.from("####"));
  const next = await open(world, folder);
  const booked: string[] = [];
  await next.drain(takenBy(booked));
  expect(booked).toEqual([idOf(1), idOf(3)]);
  expect(next.figures()).toMatchObject({ bytes: 0, damaged: 1 });
  expect(await folder.list("damaged-")).toHaveLength(1);

  await next.keep({ id: idOf(4), text: textOf(4) }, "shop");
  for (const each of (await folder.list("")).filter((one) => !one.startsWith("damaged-"))) folder.unreadable(each);
  expect(await next.drain(async () => [])).toBe(true);
  expect(next.figures()).toMatchObject({ held: 1 });
});

test("[PAY-02] a record that can't be booked is held apart, the others go on, and it is tried again by the next process", async () => {
  const world = createSimulatedWorld(5);
  const folder = createFaultyFolder(world);
  const spool = await open(world, folder);
  for (let number = 1; number <= 3; number++) await spool.keep({ id: idOf(number), text: textOf(number) }, "shop");
  expect(await spool.drain(async () => [idOf(2)])).toBe(true);
  expect(spool.figures()).toMatchObject({ held: 1, handedOn: 2 });
  const again: string[] = [];
  const next = await open(world, folder);
  await next.drain(takenBy(again));
  expect(again).toEqual([idOf(2)]);
  expect(next.figures()).toMatchObject({ held: 0, bytes: 0 });
});

test("[PAY-02] two processes on one folder: one hands on what the other is writing, and nothing is lost", async () => {
  const world = createSimulatedWorld(6);
  const folder = createFaultyFolder(world);
  const [one, other] = [await open(world, folder), await open(world, folder)];
  const booked = new Set<string>();
  const handOn = async (records: readonly { id: string }[]) => {
    for (const { id } of records) booked.add(id);
    return [];
  };
  const numbers = Array.from({ length: 60 }, (_, number) => number);
  await Promise.all([
    ...numbers.map(async (number) => {
      for (let step = 0; step < number % 11; step++) await Promise.resolve();
      await one.keep({ id: idOf(number), text: textOf(number) }, "shop");
    }),
    (async () => {
      for (let round = 0; round < 40; round++) await other.drain(handOn);
    })(),
  ]);
  await other.drain(handOn);
  await one.drain(handOn);
  expect([...booked].sort()).toEqual(numbers.map(idOf));
});

test("[PAY-02] a path is on disk before it is told, and a process without a database knows those of all before it", async () => {
  const world = createSimulatedWorld(7);
  const folder = createFaultyFolder(world);
  const paths = await openKnownPaths(world, folder);
  const known = (hash: string) => ({ hash, use: "push", kind: "mpesa-paybill", owner: "p" });
  await paths.replaceAll([known("a"), known("b")]);
  await paths.announce([known("c")]);
  // Its transaction has not ended: the database does not have it yet.
  await paths.replaceAll([known("a")]);
  folder.reboot();
  const next = await openKnownPaths(world, folder);
  expect(["a", "b", "c"].map((hash) => next.find(hash, "push")?.kind ?? null)).toEqual([
    "mpesa-paybill",
    null,
    "mpesa-paybill",
  ]);
  expect(next.find("a", "confirmation")).toBeNull();
  folder.readOnly(true);
  await expect(next.announce([known("d")])).rejects.toMatchObject({ code: "EROFS" });
});
