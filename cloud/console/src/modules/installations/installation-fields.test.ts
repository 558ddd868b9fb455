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
