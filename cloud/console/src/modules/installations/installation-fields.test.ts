import { expect, test } from "vitest";
import { installationFields, installationOf } from "./installation-fields.ts";
import type { WholeInstallation } from "./installations.ts";

const zone = { utcOffsetMinutes: 180 } as Parameters<typeof installationOf>[1];
const choices = { plans: [], sites: new Map(), staff: new Map() };

test("a visit that ends at midnight still does when something else of it is changed", () => {
  const visit = {
    visitFromMs: Date.parse("2026-12-03T19:00:00+03:00"),
    visitUntilMs: Date.parse("2026-12-04T00:00:00+03:00"),
  };
  const fields = installationFields({ name: "Plot 7", ...visit } as WholeInstallation, choices, zone);
  const offered = fields.find(({ name }) => name === "visitUntil");
  expect(offered?.options?.map(({ value }) => value)).toContain(offered?.value);
  const values = Object.fromEntries(fields.map(({ name, value = null }) => [name, value]));
  expect(installationOf(values, zone)).toMatchObject(visit);
});

test("a visit at odd minutes stays at them, and one over midnight as it is, until somebody changes it", () => {
  const visit = {
    visitFromMs: Date.parse("2026-12-03T09:10:00+03:00"),
    visitUntilMs: Date.parse("2026-12-04T10:40:00+03:00"),
  };
  const one = { name: "Plot 7", ...visit } as WholeInstallation;
  const fields = installationFields(one, choices, zone);
  const from = fields.find(({ name }) => name === "visitFrom");
  expect(from?.options?.slice(18, 21)).toEqual([
    { value: "540", label: "09:00" },
    { value: "550", label: "09:10" },
    { value: "570", label: "09:30" },
  ]);
  const values = Object.fromEntries(fields.map(({ name, value = null }) => [name, value]));
  expect(Object.keys(installationOf({ ...values, note: "Ring" }, zone, one))).not.toContain("visitUntilMs");
  expect(installationOf({ ...values, visitUntil: "660" }, zone, one)).toMatchObject({
    visitFromMs: visit.visitFromMs,
    visitUntilMs: Date.parse("2026-12-03T11:00:00+03:00"),
  });
});
