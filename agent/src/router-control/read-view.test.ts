import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { LiveRouter } from "../ground/live-router.ts";
import { createViewReader } from "./read-view.ts";

test.each([
  ["20000", "rows"],
  ["20001", "not-here"],
  [undefined, "not-here"],
])("[RTR-31] a list that grows for years is counted first: of %s sessions it tells %s", async (count, kind) => {
  const said: string[] = [];
  const command: LiveRouter["command"] = async (words) => {
    said.push(words.join(" "));
    if (words.includes("=count-only=")) return count === undefined ? [] : [{ ret: count }];
    return [{ user: "kim", started: "2026-11-22 10:00:00", uptime: "1h", download: "5", upload: "6", password: "k" }];
  };
  const live = { command, openSession: () => Promise.reject(new Error("not asked for")), calls: () => [] };
  const read = await createViewReader(createSimulatedWorld(), live).read({ view: "old-user-manager-sessions" });
  expect(read.kind).toBe(kind);
  expect(said[0]).toBe("/user-manager/session/print =count-only=");
  expect(said).toHaveLength(kind === "rows" ? 2 : 1);
  expect(read.rows).toEqual(
    kind === "rows" ? [{ user: "kim", started: "2026-11-22 10:00:00", uptime: "1h", download: "5", upload: "6" }] : [],
  );
});
