import { expect, test } from "vitest";
import { runWhenWoken } from "./run-when-woken.ts";

/** Runs that end on a signal from the test. */
function heldRuns() {
  const ends: { now: () => void; with: (error: Error) => void }[] = [];
  const errors: unknown[] = [];
  const task = runWhenWoken(
    () => new Promise((now, fail) => ends.push({ now, with: fail })),
    (error) => errors.push(error),
  );
  return { task, ends, errors };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("any number of wishes during a run are one more run, and none is no more", async () => {
  const { task, ends } = heldRuns();
  task.wake();
  expect([ends.length, task.isWoken]).toEqual([1, false]);
  for (let wish = 0; wish < 3; wish++) task.wake();
  expect([ends.length, task.isWoken]).toEqual([1, true]);
  ends[0]?.now();
  await turn();
  expect([ends.length, task.isWoken]).toEqual([2, false]);
  ends[1]?.now();
  await task.settled();
  expect(ends).toHaveLength(2);
});

test("a failed run is reported, and a wake-up during it still causes the next run", async () => {
  const { task, ends, errors } = heldRuns();
  task.wake();
  task.wake();
  ends[0]?.with(new Error("the disk refuses"));
  await turn();
  expect([ends.length, errors.map(String)]).toEqual([2, ["Error: the disk refuses"]]);
  ends[1]?.now();
  await task.settled();
});

test("a wish at any moment around the end of a run is run", async () => {
  for (let turns = 0; turns < 12; turns++) {
    let runs = 0;
    const task = runWhenWoken(
      async () => void runs++,
      () => {},
    );
    task.wake();
    for (let each = 0; each < turns; each++) await Promise.resolve();
    const before = runs;
    task.wake();
    await task.settled();
    expect(runs, `woken after ${turns} turns`).toBe(before + 1);
  }
});

test("a task that wakes itself as it begins runs once more, not inside itself", async () => {
  const seen: string[] = [];
  const task = runWhenWoken(
    async () => {
      const number = seen.push("begins");
      if (number === 1) task.wake();
      await turn();
      seen.push("ends");
    },
    () => {},
  );
  task.wake();
  await task.settled();
  expect(seen).toEqual(["begins", "ends", "begins", "ends"]);
});
