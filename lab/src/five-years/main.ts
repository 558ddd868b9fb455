/**
 * Lives years of trade at one site, with real files, and prints what it took: one line of CSV a month. `--days N` (1826),
 * `--share 0.1`: a tenth of the trade, `--own-flash`: with the limits of a board without a USB port, `--csv FILE`, `--svg FILE`: the curve as a picture. Run it with the flags of the router's agent for its memory (see `five-years.long.test.ts`).
 */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { internalFlash } from "@karibu/agent/start/internal-flash";
import { drawCurve } from "./draw-curve.ts";
import { tradeForYears, type YearFigures } from "./years-of-trade.ts";

const { values } = parseArgs({
  options: {
    days: { type: "string", default: "1826" },
    share: { type: "string", default: "1" },
    "own-flash": { type: "boolean", default: false },
    csv: { type: "string" },
    svg: { type: "string" },
  },
});
/** 170 first log-ins and 230 more are 400 a day. */
const share = Number(values.share);
const trade = { purchases: 150 * share, logIns: 230 * share, vouchers: 15 * share, cashSales: 5 * share };
const caption = `${trade.purchases} purchases, ${trade.vouchers} vouchers, ${400 * share} log-ins a day`;
/** proc_pid_clear_refs(5): the peak begins anew. */
const resetsPeak = "5";
const root = await mkdtemp(join(tmpdir(), "karibu-years-"));
const lines: string[] = [];

function print(line: string): void {
  lines.push(line);
  process.stdout.write(`${line}\n`);
}

/** In whole blocks of 4 KiB; 0: it was replaced meanwhile. */
async function fileBytes(path: string): Promise<number> {
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  return Math.ceil(size / 4096) * 4096;
}

/** All files below. */
async function folderBytes(path: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const below = join(path, entry.name);
    sum += entry.isDirectory() ? await folderBytes(below) : await fileBytes(below);
  }
  return sum;
}

/** Of everything in this control group; null: it can't be read. */
async function groupBytes(): Promise<number | null> {
  for (const line of (await readFile("/proc/self/cgroup", "utf8").catch(() => "")).split("\n")) {
    const [, kinds = "", path = ""] = line.split(":");
    const file =
      kinds === "" ? `/sys/fs/cgroup${path}/memory.current` : `/sys/fs/cgroup/memory${path}/memory.usage_in_bytes`;
    if (kinds !== "" && kinds !== "memory") continue;
    const text = await readFile(file, "utf8").catch(() => null);
    if (text !== null) return Number(text);
  }
  return null;
}

/**
 * Resident memory that no file backs, now and at most since this was asked last: what a container's limit can't take back. What else is
 * resident are pages of Node's own file, and whether they count as private depends on the neighbours. Null: no such system.
 */
async function anonymousParts(): Promise<{ anonymousBytes: number | null; anonymousBytesMax: number | null }> {
  const text = await readFile("/proc/self/status", "utf8").catch(() => null);
  if (text === null) return { anonymousBytes: null, anonymousBytesMax: null };
  const bytesOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]) * 1024;
  await writeFile("/proc/self/clear_refs", resetsPeak).catch(() => {});
  return { anonymousBytes: bytesOf("RssAnon"), anonymousBytesMax: bytesOf("VmHWM") - bytesOf("RssFile") };
}

async function measured(figures: YearFigures): Promise<Record<string, number | null>> {
  const { rss, heapUsed } = process.memoryUsage();
  const taken = { folderBytes: await folderBytes(root), groupBytes: await groupBytes() };
  return { ...figures, rssBytes: rss, ...(await anonymousParts()), heapBytes: heapUsed, ...taken };
}

try {
  const rows: Record<string, number | null>[] = [];
  await tradeForYears({
    folder: createNodeFolder(root),
    days: Number(values.days),
    trade,
    limits: values["own-flash"] ? internalFlash.journal : {},
    figuresEveryDays: 30,
    async onFigures(figures) {
      const row = await measured(figures);
      if (rows.length === 0) print(Object.keys(row).join(","));
      rows.push(row);
      print(Object.values(row).join(","));
    },
  });
  if (values.csv !== undefined) await writeFile(values.csv, `${lines.join("\n")}\n`);
  if (values.svg !== undefined) await writeFile(values.svg, drawCurve(rows, caption));
} finally {
  await rm(root, { recursive: true, force: true });
}
