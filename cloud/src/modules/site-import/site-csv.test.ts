import { hostileTexts } from "@karibu/protocol/hostile-texts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planImport } from "./import-plan.ts";
import { type CsvRow, readSiteCsv } from "./site-csv.ts";

const empty = {
  address: null,
  port: null,
  user: null,
  password: null,
  region: null,
  district: null,
  latitude: null,
  longitude: null,
  template: null,
  note: null,
};

test("[RTR-02] columns in any order and case, with semicolons, quotes and a byte order mark", () => {
  const csv =
    '\uFEFFLat;NAME;Region;lng;Notes;Username;PASSWORD;port\n-1,2921;"Soko; la juu";Nairobi;36.8219;"near ""Total""";karibu; s3cret;8728\n;Depot;;;;;;\n';
  const access = { user: "karibu", password: "s3cret", port: 8728 };
  expect(readSiteCsv(csv)).toEqual({
    errors: [],
    unknown: [],
    rows: [
      {
        ...empty,
        line: 2,
        name: "Soko; la juu",
        region: "Nairobi",
        note: 'near "Total"',
        ...access,
        latitude: -1.2921,
        longitude: 36.8219,
      },
      { ...empty, line: 3, name: "Depot" },
    ],
  });
});

const problemsOf = (csv: string) =>
  readSiteCsv(csv).errors.map(({ line, field, problem }) => `${line} ${field}: ${problem}`);

test("[RTR-02] all that is wrong in every line is named, with its field", () => {
  const csv =
    "name,lat,lng,port,user\nA,1,2,8728,x\n,91,181,22,y\nB,north,,0x20,\na,1,2,,\nC,1,2,70000,\u0007\nD,1e1, 2,,\n";
  expect(problemsOf(csv)).toEqual(
    [
      "3 port: bad-port",
      "3 lat: no-latitude",
      "3 lng: no-longitude",
      "3 name: no-name",
      "4 port: bad-port",
      "4 lat: no-latitude",
      "4 lng: one-coordinate",
      "5 name: name-twice",
      "6 port: bad-port",
      "6 user: control-character",
      "7 lat: no-latitude",
    ].sort(bySameLine),
  );
  expect(readSiteCsv(csv).rows.map(({ name }) => name)).toEqual(["A"]);
});

/** Lines stay in their order; within one the order says nothing. */
const bySameLine = (one: string, other: string) => Number.parseInt(one, 10) - Number.parseInt(other, 10);

test("[RTR-02] unknown and doubled columns, an empty file and one with too many lines are refused by name", () => {
  expect(problemsOf("name,colour\nA,red\n")).toEqual(["1 colour: no-such-column"]);
  expect(problemsOf("name,constructor\nA,red\n")).toEqual(["1 constructor: no-such-column"]);
  expect(problemsOf("name,lat,latitude\nA,1,1\n")).toEqual(["1 latitude: column-twice"]);
  expect(problemsOf("name\n")).toEqual(["1 csv: no-lines"]);
  expect(problemsOf("x")).toEqual(["1 x: no-such-column", "1 name: no-name-column", "1 csv: no-lines"]);
  const many = `name\n${Array.from({ length: 1001 }, (_, at) => `S${at}`).join("\n")}\n`;
  expect(problemsOf(many)).toEqual(["1002 csv: too-many-lines"]);
});

test("[RTR-02] what our own files mark as text is read as it was: a name that would be a formula stays a name", () => {
  const [row] = readSiteCsv(`name,note\n"'=HYPERLINK(""http://x"")",'@home\n`).rows;
  expect([row?.name, row?.note]).toEqual(['=HYPERLINK("http://x")', "@home"]);
});

const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostileTexts));

test("whatever is in the file, it is read or refused, never thrown", () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const { rows, errors } = readSiteCsv(`name,note\n${one},"${other}\n${other}`);
      expect(rows.length + errors.length).toBeGreaterThan(0);
      for (const row of rows) expect(planImport([row], { sites: [], templates: [] }).sites).toHaveLength(1);
    }),
  );
});

const site = {
  siteId: "s1",
  name: "Market",
  region: "Coast",
  district: null,
  latitude: null,
  longitude: null,
  interimSeconds: 60,
  autoLogIn: false,
  access: { port: 8728, user: "karibu" },
};
const rowOf = (given: Partial<CsvRow>): CsvRow => ({ ...empty, line: 2, name: "MARKET", ...given });
const planOf = (row: CsvRow, sites = [site]) => planImport([row], { sites, templates: [] });

test.each([
  ["the same again", { region: "Coast" }, "unchanged", [], null],
  ["empty cells", {}, "unchanged", [], null],
  ["another region", { region: "North" }, "update", ["region"], null],
  ["another port", { port: 9999 }, "update", ["port"], { port: 9999, user: "karibu", password: null }],
  // Whether it is the kept one is nobody's to learn.
  ["a password", { password: "x" }, "unchanged", [], { port: 8728, user: "karibu", password: "x" }],
] as const)("[RTR-02] a line of a site that is there: %s", (_, given, does, changes, access) => {
  expect(planOf(rowOf(given))).toMatchObject({ errors: [], sites: [{ siteId: "s1", does, changes, access }] });
});

test("[RTR-02] what a line can't mean is refused: two sites of the name, a user without a password, a template that is not there", () => {
  const twice = planOf(rowOf({ template: "Kiosk" }), [site, { ...site, siteId: "s2" }]);
  expect(twice.errors.map(({ field, problem }) => [field, problem])).toEqual([
    ["name", "name-ambiguous"],
    ["template", "no-such-template"],
  ]);
  expect(planOf(rowOf({ port: 9000 }), []).errors.map(({ problem }) => problem)).toEqual(["no-user", "no-password"]);
  expect(planOf(rowOf({ user: "karibu" }), []).errors.map(({ problem }) => problem)).toEqual(["no-password"]);
});

test("[RTR-02] a site whose name a file writes in other signs, an accent apart from its letter, is the same site and no second one", () => {
  const composed = "Caf\u00e9 Thi\u00e8s";
  const apart = composed.normalize("NFD");
  expect(apart).not.toBe(composed);
  expect(problemsOf(`name\n${composed}\n${apart}\n`)).toEqual(["3 name: name-twice"]);
  const { rows } = readSiteCsv(`name;note\n${apart};By the harbour\n`);
  expect(rows).toMatchObject([{ name: composed }]);
  for (const name of [composed, apart]) {
    const site = { ...empty, siteId: "s1", name, interimSeconds: 300, autoLogIn: true, access: null };
    const { sites } = planImport(rows, { sites: [site as never], templates: [] });
    expect(sites).toMatchObject([{ siteId: "s1", does: "update", changes: ["note"] }]);
  }
  expect(readSiteCsv(`name,re\u0301gion\nA,x\n`).unknown).toEqual(["r\u00e9gion"]);
});
