import { engineSuite, engines, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { expect, test } from "vitest";
import { playDay } from "./test-paybill-day.ts";

engineSuite("a small day at a paybill", { on: engines }, (engine) => {
  const database = useDatabase(engine);

  test("[PAY-04] [BEY-08] some hundred payments, some lost, doubled, late or badly typed: the statement explains every difference", async () => {
    const day = { payments: 100, seed: 3 };
    const figures = await playDay(day, database.current());
    process.stdout.write(`${JSON.stringify({ day: "at a paybill", engine, ...figures })}\n`);
    expect(figures).toMatchObject({ differences: 0, ledgerSumCents: 0, uncorroborated: 0, reversed: 10 });
    expect(figures).toMatchObject({ lost: day.payments / 20, doubled: (day.payments * 3) / 100 });
    expect(figures.bookedCents).toBe(figures.movedCents);
    // The hub itself asks about a lost push, sooner or later; and on a busy machine a delivery that it answers too late is lost as well.
    expect(figures.foundByStatement).toBeGreaterThanOrEqual(figures.lostUnasked);
  }, 400_000);
});

engineSuite("a whole day at a paybill", { on: engines }, (engine) => {
  const database = useDatabase(engine);

  test("[PAY-04] [BEY-08] 5,000 mixed payments: the end-of-day statement finds zero unexplained differences", async () => {
    const figures = await playDay({ payments: 5000, seed: engine === "embedded" ? 7 : 8 }, database.current());
    process.stdout.write(`${JSON.stringify({ day: "at a paybill", engine, ...figures })}\n`);
    expect(figures).toMatchObject({ differences: 0, ledgerSumCents: 0, uncorroborated: 0, reversed: 10 });
    expect(figures).toMatchObject({ payments: 5000, lost: 250, doubled: 150, late: 100, badlyTyped: 50 });
    expect(figures.bookedCents).toBe(figures.movedCents);
    // The hub itself asks about a lost push, sooner or later; and on a busy machine a delivery that it answers too late is lost as well.
    expect(figures.foundByStatement).toBeGreaterThanOrEqual(figures.lostUnasked);
  });
});
