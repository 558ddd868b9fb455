/** Where nothing happens, next to nothing is asked: counts under simulated time, which a busy machine does not change. */
import { expect, test } from "vitest";
import { openQuietHub } from "./quiet-hub.ts";

const timeout = 300_000;

test("[SYS-07] a hub where nothing happens sends at most two statements a second, and looks for work in a few transactions", {
  timeout,
}, async () => {
  const quiet = await openQuietHub();
  try {
    // What is due at the first start is over.
    await quiet.time.advance(600_000);
    quiet.takeStatements();
    quiet.takeTransactions();
    await quiet.time.advance(600_000);
    const { statements } = quiet.takeStatements();
    expect(statements).toBeGreaterThan(100);
    expect(statements).toBeLessThanOrEqual(1200);
    const transactions = quiet.takeTransactions();
    // All sweeps together: each 20 and 30 seconds, in one question.
    expect(transactions.get("sweeps")).toBe(40);
    // Four times a minute, whatever the number of providers; nobody has alarms.
    expect(transactions.get("alarms")).toBe(40);
    expect(transactions.get("provider") ?? 0).toBe(0);
    for (const own of ["router-orders", "router-back-ups", "secret-rotation", "webhook-events", "review-releases"])
      expect(transactions.get(own) ?? 0, own).toBe(0);
  } finally {
    await quiet.close();
  }
});
