import { expect, test } from "vitest";
import type { Fields } from "../../components/fields/values-of.ts";
import type { Site } from "../../data/fleet/sites.ts";
import { placeFields, siteFields } from "./site-fields.ts";

const openOf = (fields: Fields) => fields.filter(({ group }) => group === undefined).map(({ name }) => name);

test("a new site asks for its name and its region; what one has is changed without unfolding anything", () => {
  expect(openOf(placeFields(null))).toEqual(["name", "region"]);
  expect(openOf(siteFields({} as Site))).toEqual(siteFields({} as Site).map(({ name }) => name));
});
