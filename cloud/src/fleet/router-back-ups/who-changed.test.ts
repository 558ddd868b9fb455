import { expect, test } from "vitest";
import { whoChanged } from "./who-changed.ts";

test.each([
  ["filter rule changed by admin", "filter rule changed"],
  ["hotspot user QWER 7788 added by admin", "hotspot user … added"],
  ["hotspot user added by admin", "hotspot user added"],
  ["hotspot user profile day changed by admin", "hotspot user profile day changed"],
])("[RTR-12] of the log's line %s who it was is told, and no code", (message, what) => {
  const cause = { time: "09:00:01", by: "admin", at: "router", via: "", what };
  expect(whoChanged([{ time: "09:00:01", topics: "system,info", message }])).toEqual([cause]);
});
