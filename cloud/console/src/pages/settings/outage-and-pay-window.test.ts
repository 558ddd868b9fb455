import { expect, test } from "vitest";
import type { Field } from "../../components/action-form.ts";
import { outageCreditFields, outageCreditOf, payWindowFields, windowOf } from "./outage-and-pay-window.ts";

const valuesOf = (fields: readonly Field[]) =>
  Object.fromEntries(fields.map(({ name, value = null }) => [name, value]));

test.each([
  { minSeconds: 90, maxSeconds: 5400 },
  { minSeconds: 100, maxSeconds: 20_000 },
  { minSeconds: 600, maxSeconds: 86_400 },
  null,
])(
  "a rule for outages of %o is saved as it was read, where somebody changes something else of the settings",
  (credit) => {
    expect(outageCreditOf(valuesOf(outageCreditFields(credit)))).toEqual(credit);
  },
);

test("a pay window of a minute and a half stays one", () => {
  const window = { seconds: 90, kbps: 512, dataBytes: 1_500_000, everySeconds: 7200, perDay: 50 };
  expect(windowOf(valuesOf(payWindowFields(window)), window)).toEqual(window);
});
