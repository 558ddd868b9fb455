/** Where nobody is, next to nothing is done: a count under simulated time, which a busy machine does not change. */
import { expect, test } from "vitest";
import { openEmptySite } from "./empty-site.ts";

test("an agent at an empty site has four thousand timers a day", { timeout: 300_000 }, async () => {
  const site = await openEmptySite();
  try {
    await site.time.advance(600_000);
    site.takeTimers();
    await site.time.advance(86_400_000);
    expect(site.takeTimers()).toBeLessThanOrEqual(4000);
  } finally {
    await site.close();
  }
});
