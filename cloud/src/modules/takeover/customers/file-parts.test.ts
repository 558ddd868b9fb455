/** A long file comes in parts, and nobody is in two. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CustomerFile } from "./customer-file.ts";
import { readCustomerCsv } from "./customer-file.ts";
import { partLines, partOfFile } from "./file-parts.ts";

const read = (csv: string) =>
  readCustomerCsv(csv, {
    offsetMinutes: 180,
    currency: "KES",
    chosen: { columns: null, dateOrder: null },
    remembered: new Map(),
  }) as CustomerFile;

test("[CUS-22] a file of many lines has each of them in one part, and a person's lines in the same one", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(900), fc.boolean()), { minLength: 1, maxLength: 4 }), (seeds) => {
      const rows = seeds.flatMap(([seed, hasNumber], at) =>
        Array.from({ length: 700 }, (_, row) => {
          const who = (seed + row * 7) % 1500;
          return `N${row},${hasNumber ? `c${who}` : ""},07110${String(10_000 + who)},log-${at}-${row}`;
        }),
      );
      const file = read(`name,number,phone,username\n${rows.join("\n")}`);
      expect(file.lines).toHaveLength(rows.length);
      const { parts } = partOfFile(file, 0);
      const shares = Array.from({ length: parts }, (_, part) => partOfFile(file, part).file.lines);
      expect(
        shares
          .flat()
          .map(({ line }) => line)
          .sort((one, other) => one - other),
      ).toEqual(file.lines.map(({ line }) => line));
      for (const lines of shares) expect(lines.length).toBeLessThanOrEqual(partLines);
      const partsOfPhones = new Map<string, number>();
      for (const [part, lines] of shares.entries())
        for (const { phone } of lines) {
          expect(partsOfPhones.get(phone ?? "") ?? part).toBe(part);
          partsOfPhones.set(phone ?? "", part);
        }
    }),
    { numRuns: 20 },
  );
});

test("[CUS-22] lines that could not be read stand with the first part, a cut file with each; a part behind the last is empty", () => {
  const good = Array.from({ length: 1500 }, (_, row) => `N${row},07${String(11_000_000 + row)}`);
  const file = read(`name,phone\n,0711\n${good.join("\n")}`);
  const cut = { ...file, errors: [...file.errors, { line: 0, field: "file", problem: "cut-off" as const }] };
  const [first, second, third] = [0, 1, 2].map((part) => partOfFile(cut, part));
  expect([first?.parts, first?.file.lines.length, second?.file.lines.length]).toEqual([2, 1000, 500]);
  expect(first?.file.errors.map(({ problem }) => problem)).toEqual(["no-name", "cut-off"]);
  expect(second?.file.errors.map(({ problem }) => problem)).toEqual(["cut-off"]);
  expect(third?.file.lines).toEqual([]);
});
