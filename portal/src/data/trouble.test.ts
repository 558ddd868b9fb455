import { expect, test } from "vitest";
import { english as en } from "../test-facts.ts";
import { troubleText } from "./trouble.ts";

test("a refusal says how long to wait", () => {
  expect(troubleText({ code: "slow-down", field: null, retryAfterSeconds: 20 }, en)).toBe(
    "That was a bit too quick. Wait a moment, then try again. Wait 20 seconds.",
  );
  expect(troubleText({ code: "guessing", field: null, retryAfterSeconds: 600 }, en)).toMatch(/Wait 10 minutes\.$/);
});
