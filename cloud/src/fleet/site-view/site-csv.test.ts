import { hostileTexts } from "@karibu/protocol/hostile-texts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readSiteCsv } from "./site-csv.ts";

test("[RTR-02] columns in any order and case, with semicolons, quotes and a byte order mark", () => {
  const csv = '\uFEFFLat;NAME;Region;lng;Notes\n-1,2921;"Soko; la juu";Nairobi;36.8219;"near ""Total"""\n;Depot;;;\n';
  expect(readSiteCsv(csv)).toEqual({
    errors: [],
    sites: [
      {
        name: "Soko; la juu",
        address: null,
        region: "Nairobi",
        district: null,
        latitude: -1.2921,
        longitude: 36.8219,
        note: 'near "Total"',
        interimSeconds: 300,
        autoLogIn: true,
      },
      {
        name: "Depot",
        address: null,
        region: null,
        district: null,
        latitude: null,
        longitude: null,
        note: null,
        interimSeconds: 300,
        autoLogIn: true,
      },
    ],
  });
});

test("[RTR-02] every line that is wrong is named, with its field", () => {
  const { sites, errors } = readSiteCsv("name,lat\nA,1\n,2\nB,north\n");
  expect(sites.map((site) => site.name)).toEqual(["A"]);
  expect(errors).toEqual([
    { line: 3, field: "name", message: "A site needs a name." },
    { line: 4, field: "latitude", message: "This is no number from -90 to 90." },
  ]);
});

test("[RTR-02] unknown, doubled and dangerous columns, and an empty file, are refused by name", () => {
  expect(readSiteCsv("name,colour\nA,red\n").errors).toEqual([
    { line: 1, field: "colour", message: "There is no such column." },
  ]);
  expect(readSiteCsv("name,password\nA,x\n").errors[0]?.field).toBe("password");
  expect(readSiteCsv("name,lat,latitude\nA,1,1\n").errors[0]?.message).toBe("This column is there twice.");
  expect(readSiteCsv("name\n").errors[0]?.message).toBe("There is no line after the first.");
  expect(readSiteCsv("x").errors.map((one) => one.field)).toEqual(["x", "name", "csv"]);
});

const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostileTexts));

test("whatever is in the file, it is read or refused, never thrown", () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const { sites, errors } = readSiteCsv(`name,note\n${one},"${other}\n${other}`);
      expect(sites.length + errors.length).toBeGreaterThan(0);
    }),
  );
});
