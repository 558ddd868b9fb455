/** Files of strangers against a real hub: it lives, its memory is bounded, and whoever sent the file reads what would be right. */
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostileFile, hostileFiles } from "./test-hostile-corpus.ts";
import { childrenOf, type HubProcess, type Provider, startHubProcess } from "./test-hub-process.ts";
import { quantile, sendHostile, watchHub } from "./test-watched-hub.ts";
import { farCell, manyCells } from "./test-zip.ts";

/** A child passes its 400 MB by what it takes between two looks. */
const childMbMax = 700;
/** The hub holds the request itself: 20 MB as text, as JSON and as bytes. */
const hubGrowthMbMax = 450;

let hub: HubProcess;
let stranger: Provider;
let other: Provider;
beforeAll(async () => {
  hub = await startHubProcess();
  stranger = await hub.makeProvider("stranger");
  other = await hub.makeProvider("other");
}, 480_000);
afterAll(() => hub.stop());

/** Of most formats one, and of what ends by its size and by its form. All: `hostile-files.long.test.ts`. */
const ordinary = [
  "XLSX: entities that double",
  "XLS: tables in a circle",
  "CSV: NULs",
  "PNG: cut off",
  "JPEG: 65,000 by 65,000",
  "GIF: 65,535 by 65,535",
  "SVG",
  "sites: a quotation mark that never ends",
];

const send = (hostile: HostileFile) => sendHostile(stranger, hostile);
const watched = <Done>(work: () => Promise<Done>) => watchHub(hub, other, work);
const p99 = (waits: readonly number[]) => quantile(waits, 0.99);

test("[BEY-08] a workbook of 2 kB whose one cell stands four thousand million rows down ends no hub", async () => {
  const file = farCell();
  expect(file.length).toBeLessThan(2500);
  const answer = await stranger.statement(file).catch((error: Error) => ({ status: 0, body: error.message }));
  expect(hub.ending()).toBeNull();
  expect(answer).toMatchObject({ status: 422, body: { code: "not-a-statement", field: "file" } });
}, 60_000);

describe("each hostile file is refused with a sentence", () => {
  const waits: number[] = [];
  const table: string[] = [];
  afterAll(() => {
    if (process.env.KARIBU_SHOW_MEMORY === undefined) return;
    console.log([...table, `others: ${waits.length} requests, p99 ${Math.round(p99(waits))} ms`].join("\n"));
  });
  test.each(inLongRunAll(hostileFiles(), ({ name }) => ordinary.includes(name)))(
    "$name",
    async (hostile) => {
      const { done, ...seen } = await watched(() => send(hostile));
      waits.push(...seen.waits);
      const { before, hubMost, childMost, after } = seen;
      const said = `${done.status} ${done.body?.code}: ${String(done.body?.detail ?? JSON.stringify(done.body)).slice(0, 130)}`;
      const size = `${Math.ceil(hostile.file.length / 1024)} kB`;
      table.push([hostile.name, size, before, hubMost, after, childMost, Math.round(done.tookMs), said].join(" | "));
      expect(hub.ending()).toBeNull();
      const isRefused =
        done.status === 400 || done.status === 422 || (hostile.as === "sites" && done.body.errors.length > 0);
      expect(isRefused || (hostile.mayBeRead === true && done.status === 200), said).toBe(true);
      expect(childMost).toBeLessThan(childMbMax);
      expect(hubMost - before).toBeLessThan(hubGrowthMbMax);
      await expect.poll(() => childrenOf(hub.pid)).toEqual([]);
    },
    60_000,
  );
});

longTest(
  "[BEY-08] four small workbooks that unpack to much are read in turn, and others are answered meanwhile",
  async () => {
    const file = manyCells(40);
    const { done, ...seen } = await watched(() => Promise.all([1, 2, 3, 4].map(() => stranger.statement(file))));
    if (process.env.KARIBU_SHOW_MEMORY !== undefined)
      console.log(
        file.length,
        done.map(({ status }) => status),
        { ...seen, waits: p99(seen.waits) },
      );
    expect(done.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
    expect(seen.childrenMost).toBe(1);
    expect(seen.childMost).toBeLessThan(childMbMax);
    expect(p99(seen.waits)).toBeLessThan(5000);
  },
  120_000,
);

longTest(
  "[BEY-08] a fifth file of one provider waits for the line, and the sentence comes in Swahili too",
  async () => {
    const file = manyCells(40).toString("base64");
    const asked = Array.from({ length: 5 }, (_, at) =>
      stranger.call(
        "POST",
        "/reconciliation/statements",
        { channelId: stranger.channelId, file },
        at === 4 ? "sw" : "en",
      ),
    );
    const refused = (await Promise.all(asked)).filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.body.code).toBe("files-in-line");
    const swahili = await stranger.call(
      "POST",
      "/reconciliation/statements",
      { channelId: stranger.channelId, file: farCell().toString("base64") },
      "sw",
    );
    expect(swahili.body.detail).toMatch(/^file: Hii si taarifa .*CSV, XLSX au XLS/);
  },
  120_000,
);
