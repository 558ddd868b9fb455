/** The figures above the list of trials: how often the hub is asked for them. */
import { afterEach, expect, test, vi } from "vitest";
import { trialFiguresReader } from "./trials.ts";

afterEach(() => void vi.unstubAllGlobals());

test("[PLN-11] the figures are asked once in a minute, at once for other filters, and for all who tried whatever the list shows of them", async () => {
  const asked: string[] = [];
  let nowMs = 0;
  let isDown = false;
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    if (isDown) throw new TypeError("Failed to fetch");
    return new Response(JSON.stringify({ given: 3, proved: 2, converted: 1 }), { status: 200 });
  });
  const read = trialFiguresReader(() => nowMs);
  for (const converted of ["", "true", "false"]) expect((await read({}, { converted })).given).toBe(3);
  expect(asked).toHaveLength(1);
  expect(asked[0]).not.toContain("converted");
  await read({ q: "00:03" }, {});
  expect(asked).toHaveLength(2);
  nowMs += 60_000;
  await read({ q: "00:03" }, {});
  expect(asked).toHaveLength(3);
  nowMs += 60_000;
  isDown = true;
  await expect(read({ q: "00:03" }, {})).rejects.toThrow();
  isDown = false;
  expect((await read({ q: "00:03" }, {})).given).toBe(3);
});
