/** What is done to a back-up file, byte by byte: it is read as it was written, or refused by name. No database needed for that. */

import { execFileSync, spawnSync } from "node:child_process";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import { sha256Hex } from "@karibu/protocol/hash";
import { isLongRun } from "@karibu/protocol/test-long-run";
import { beforeAll, describe, expect, test } from "vitest";
import { baselineName, hashOfBaseline, readBaseline } from "../../ground/db/baseline.ts";
import { openInMemory } from "../../ground/db/memory-template.ts";
import { readRelease } from "../../ground/db/migrate.ts";
import { realWorld } from "../../ground/db/test-databases.ts";
import { writeBackup } from "./backup.ts";
import { withEndMark } from "./backup-end-mark.ts";
import { type BackupLine, proveBackup } from "./read-backup.ts";

const rowsMade = 40;
/** Of today, small: forty rows of audit, with the separators in them. */
let whole: Buffer;

beforeAll(async () => {
  const world = realWorld();
  const database = await openInMemory(world);
  await database.asPlatform("test", async (tx) => {
    for (let row = 0; row < rowsMade; row++) {
      const detail = JSON.stringify({ name: `\u2028${row}\u2029${"é".repeat(row)}\u0085` });
      const entry = { auditId: `a${row}`, action: "tested", target: null, userId: null, requestId: null, via: null };
      await tx
        .insertInto("audit")
        .values({ ...entry, providerId: "p", atMs: row, detail } as never)
        .execute();
    }
  });
  const taken = new PassThrough();
  [, whole] = await Promise.all([writeBackup(database, 1, taken), buffer(taken)]);
  await database.close();
}, 300_000);

async function read(bytes: Uint8Array, chunkBytes = bytes.length): Promise<BackupLine[]> {
  const chunks = () =>
    Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
      bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
    );
  const lines: BackupLine[] = [];
  for await (const line of (await proveBackup(() => Readable.from(chunks()))).lines()) lines.push(line);
  return lines;
}

/** Read once for thousands of files. */
const release = readRelease();

/** "read", or what it is refused by. */
function outcome(bytes: Uint8Array): Promise<string> {
  const proved = proveBackup(() => Readable.from([bytes]), release);
  return proved.then(
    () => "read",
    (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
  );
}

function flipped(bytes: Uint8Array, at: number, mask: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ mask;
  return copy;
}

const refusal =
  /^restore\/damaged: (the back-up is damaged: (bytes of it have changed since it was written|its end is missing or has changed)|this is no back-up of Karibu, or its first bytes have changed)$/;

describe("a back-up file of today", () => {
  test.each([1, 7, 100, 65_536])(
    "is read line by line, whatever its rows hold, in chunks of %i bytes",
    async (chunkBytes) => {
      const lines = await read(whole, chunkBytes);
      const rows = lines.filter((line) => line.kind === "row").map(({ json }) => JSON.parse(json));
      const names = rows.flatMap((row) => row.detail?.name ?? []);
      expect(names.sort()).toEqual(
        Array.from({ length: rowsMade }, (_, row) => `\u2028${row}\u2029${"é".repeat(row)}\u0085`).sort(),
      );
      expect(lines.at(-1)).toMatchObject({ kind: "end", end: { rows: { audit: rowsMade } } });
    },
  );

  test("every byte of it counts: whichever is changed, in whichever way, it is refused", async () => {
    const passed: string[] = [];
    for (let at = 0; at < whole.length; at += isLongRun ? 1 : 5) {
      for (const mask of [1 << (at % 8), 0xff]) {
        const found = await outcome(flipped(whole, at, mask));
        if (!refusal.test(found)) passed.push(`${at} of ${whole.length} ^ ${mask}: ${found}`);
      }
    }
    expect(passed).toEqual([]);
  }, 300_000);

  test("cut at any length it is refused, and so it is with something behind it", async () => {
    const passed: string[] = [];
    for (let length = 0; length < whole.length; length += isLongRun ? 1 : 7) {
      const found = await outcome(whole.subarray(0, length));
      if (!refusal.test(found)) passed.push(`${length} of ${whole.length}: ${found}`);
    }
    for (const more of ["\n", "\0", whole.toString("latin1")]) {
      const found = await outcome(Buffer.concat([whole, Buffer.from(more, "latin1")]));
      if (!refusal.test(found)) passed.push(`with ${more.length} bytes more: ${found}`);
    }
    expect(passed).toEqual([]);
  }, 300_000);

  test("without its end mark, or packed again, it is refused", async () => {
    const text = gunzipSync(whole).toString();
    expect(await outcome(gzipSync(text))).toMatch(refusal);
    const later = gzipSync(text.replace('"format":2', '"format":3'));
    expect(await outcome(later)).toMatch(refusal);
    expect(await outcome(await buffer(Readable.from([later]).compose(withEndMark)))).toContain("restore/newer");
  });

  test.skipIf(spawnSync("gzip", ["--version"]).status !== 0)("gzip unpacks it without a complaint", () => {
    expect(execFileSync("gzip", ["-dc"], { input: whole, stdio: ["pipe", "pipe", "pipe"] })).toEqual(gunzipSync(whole));
    expect(execFileSync("gzip", ["-t"], { input: whole, encoding: "utf8" })).toBe("");
  });
});

describe("a back-up file of before the baseline", () => {
  test("is refused with one sentence: another format, or a database that the baseline did not make, or that an earlier text of it made", async () => {
    const text = gunzipSync(whole).toString();
    const ofToday = hashOfBaseline(await readBaseline());
    expect(text.split(ofToday), "the head names the schema that made the database").toHaveLength(2);
    for (const older of [
      text.replace('"format":2', '"format":1'),
      text.replace(baselineName, "0720-money-of-paper.sql"),
      text.replace(ofToday, hashOfBaseline("create table providers (provider_id text primary key)")),
      text.replace(`,"baseline":"${ofToday}"`, ""),
    ])
      for (const file of [gzipSync(older), await buffer(Readable.from([gzipSync(older)]).compose(withEndMark))])
        expect(await outcome(file)).toBe(
          "restore/before-baseline: the back-up was made before Karibu's first release and can't be restored: use one that this release or a later one made",
        );
  });
});

test("a line behind its end, or a sum that is not that of its lines, is refused", async () => {
  const marked = (text: string) => buffer(Readable.from([gzipSync(text)]).compose(withEndMark));
  const text = gunzipSync(whole).toString();
  expect(await outcome(await marked(`${text}{}\n`))).toMatch(refusal);
  expect(await outcome(await marked(text.replace("tested", "jested")))).toMatch(refusal);
  expect(await outcome(await marked(text.slice(0, text.indexOf('#{"rows"'))))).toMatch(refusal);
  expect(await outcome(await marked(`#{"sha256":"${sha256Hex("")}"}\n`))).toMatch(refusal);
});

test("what can't be read at all is named", async () => {
  const broken = () =>
    new Readable({
      read() {
        this.destroy(new Error("EIO: i/o error, read"));
      },
    });
  await expect(proveBackup(broken)).rejects.toMatchObject({
    code: "restore/unreadable",
    message: "the back-up can't be read: EIO: i/o error, read",
  });
});
