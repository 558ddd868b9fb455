/** Each planted fault is tried: the test or seed beside it fails with it, by what it expects, and passes without it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Copy, copySources } from "./copy.ts";
import { allFaults } from "./promises.ts";
import { runFinder, runTests, whyNotFound } from "./run-finder.ts";

describe("[BEY-30] planted faults", () => {
  let copy: Copy;
  beforeAll(() => {
    copy = copySources();
  });
  afterAll(() => copy.remove());

  test("without a fault each test that finds one passes", async () => {
    const finders = allFaults.flatMap(([, { foundBy }]) => ("file" in foundBy ? [foundBy] : []));
    const { passed, failed, broken } = await runTests(copy.folder, finders);
    expect({ failed, broken }).toEqual({ failed: [], broken: null });
    const ran = (title: string) => passed.some((each) => each.includes(title.split(/[%$]/)[0] ?? ""));
    expect(finders.filter(({ test: title }) => !ran(title))).toEqual([]);
  });

  const seeds = allFaults.flatMap(([, { foundBy }]) => ("seed" in foundBy ? [foundBy] : []));

  test.each(seeds)("without a fault seed $seed of $stories holds", async (finder) => {
    expect(await runFinder(copy.folder, finder)).toMatchObject({ failed: [], broken: null });
  });

  test.each(allFaults)("%s is found", async (_, fault) => {
    copy.plant(fault);
    const findings = await runFinder(copy.folder, fault.foundBy);
    copy.takeOut(fault);
    expect(whyNotFound(fault.foundBy, findings)).toBeNull();
  });
});
