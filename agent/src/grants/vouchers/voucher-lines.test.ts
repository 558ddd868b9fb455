import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createVoucherLines } from "./voucher-lines.ts";

const key = fc.stringMatching(/^[A-Z0-9]{1,64}$/);

test("lines are found by their keys alone, whatever the keys are and in whatever order they come", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(key, fc.constantFrom("hour", "day", "week")), { maxLength: 60 }),
      key,
      (all, other) => {
        const lines = createVoucherLines(all.length);
        const known = new Map<string, string>();
        for (const [code, plan] of all) {
          expect(lines.add(code, plan)).toBe(!known.has(code));
          if (!known.has(code)) known.set(code, plan);
        }
        expect(lines.size).toBe(known.size);
        expect([...known.keys()]).toEqual(Array.from({ length: lines.size }, (_, line) => lines.keyAt(line)));
        for (const [code, plan] of known) expect(lines.planOf(code)).toBe(plan);
        for (const none of [other, `${all[0]?.[0] ?? ""}A`, "", "É", "Ā"])
          expect(lines.planOf(none)).toBe(known.get(none));
      },
    ),
  );
});

test("20,000 lines with codes in a row are found, and no other code", () => {
  const lines = createVoucherLines(20_000);
  for (let code = 0; code < 20_000; code++) expect(lines.add(String(48_217_000 + code), "day")).toBe(true);
  for (let code = -500; code < 20_500; code++)
    expect(lines.planOf(String(48_217_000 + code))).toBe(code >= 0 && code < 20_000 ? "day" : undefined);
});

longTest("a voucher of the site file takes at most so many bytes of live memory", () => {
  const program = fileURLToPath(new URL("test-live-lines.ts", import.meta.url));
  const said = execFileSync(process.execPath, ["--expose-gc", program], { encoding: "utf8" });
  expect(Number(said)).toBeGreaterThan(10);
  expect(Number(said)).toBeLessThan(40);
});
