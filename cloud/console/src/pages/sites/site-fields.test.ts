import { expect, test } from "vitest";
import type { Site } from "../../data/fleet/sites.ts";
import { siteFields } from "./site-fields.ts";

const openOf = (site: Site | null) =>
  siteFields(site)
    .filter(({ group }) => group === undefined)
    .map(({ name }) => name);

test("a new site asks for its name and its region; what one has is changed without unfolding anything", () => {
  expect(openOf(null)).toEqual(["name", "region"]);
  expect(openOf({} as Site)).toEqual(siteFields({} as Site).map(({ name }) => name));
});
