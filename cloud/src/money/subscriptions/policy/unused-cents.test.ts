import { bytes, seconds } from "@karibu/protocol/quantities";
import { describe, expect, test } from "vitest";
import { unusedCentsOf } from "./unused-cents.ts";

describe("[CUS-04] what is unused of a period's price", () => {
  const used = { usedBytes: 900, usedSeconds: 1200 };

  test("is the least of data and time online, to the cent, and never below nothing", () => {
    expect(unusedCentsOf({ dataBytes: bytes(1000), useSeconds: null }, used, 1000)).toBe(100);
    expect(unusedCentsOf({ dataBytes: bytes(1000), useSeconds: seconds(3600) }, used, 1000)).toBe(100);
    expect(unusedCentsOf({ dataBytes: bytes(10_000), useSeconds: seconds(3600) }, used, 1000)).toBe(666);
    expect(unusedCentsOf({ dataBytes: bytes(800), useSeconds: null }, used, 1000)).toBe(0);
  });

  test("is not known where nothing is counted", () => {
    expect(unusedCentsOf({ dataBytes: null, useSeconds: null }, used, 1000)).toBeNull();
  });
});
