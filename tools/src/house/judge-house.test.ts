import { expect, test } from "vitest";
import { houseRules } from "./house-rules.ts";
import {
  foreignGrantPrefixes,
  foreignWrites,
  type HouseRules,
  orphanFiles,
  shippedScaffolding,
  siblingImports,
  twoWayShares,
  wrongEscapes,
  wrongModules,
  wrongPackageImports,
  wrongReads,
  wrongRoomImports,
} from "./judge-house.ts";
import { type House, isTestFile, type SourceFile } from "./read-house.ts";

const rules: HouseRules = { ...houseRules, order: { cloud: ["ground/db", "ground/http", "money/ledger"] } };

test("an import between packages that no rule allows is named, and tests may import anything", () => {
  const house = houseOf(
    file("agent/src/sync/link.ts", { imports: ["cloud/src/hub.ts"] }),
    file("agent/src/sync/link.test.ts", { imports: ["cloud/src/hub.ts"] }),
    file("cloud/src/hub.ts"),
  );
  expect(wrongPackageImports(house, rules)).toEqual([
    "agent/src/sync/link.ts imports cloud/src/hub.ts: agent may not import cloud",
  ]);
});

test("a package that may take only types of another is named when it takes more", () => {
  const house = houseOf(
    file("cloud/console/src/a.ts", { imports: ["cloud/src/b.ts"], typeImports: ["cloud/src/b.ts"] }),
    file("cloud/console/src/c.ts", { imports: ["cloud/src/b.ts"] }),
    file("cloud/src/b.ts"),
  );
  expect(wrongPackageImports(house, rules)).toEqual([
    "cloud/console/src/c.ts imports cloud/src/b.ts: console takes only types of cloud",
  ]);
});

test("a relative import that leaves its package is named, in tests too", () => {
  const house = houseOf(file("agent/src/a.test.ts", { escapes: ["../../lab/src/b.ts"] }));
  expect(wrongEscapes(house)).toEqual([
    "agent/src/a.test.ts imports ../../lab/src/b.ts: a relative import stays in its package",
  ]);
});

test("shipped code that imports scaffolding is named", () => {
  const house = houseOf(
    file("agent/src/a.ts", { imports: ["agent/src/test-site.ts"] }),
    file("agent/src/test-site.ts"),
    file("lab/src/town.ts", { imports: ["agent/src/test-site.ts"] }),
  );
  expect(shippedScaffolding(house)).toEqual(["agent/src/a.ts imports agent/src/test-site.ts"]);
});

test("an inner room that imports its sibling is named; it may import the room around it", () => {
  const house = houseOf(
    file("cloud/src/money/channels/a/one.ts", {
      imports: ["cloud/src/money/channels/b/two.ts", "cloud/src/money/channels/contract.ts"],
    }),
    file("cloud/src/money/channels/b/two.ts"),
    file("cloud/src/money/channels/contract.ts"),
  );
  expect(siblingImports(house, { ...rules, apart: ["money/channels"] })).toEqual([
    "cloud/src/money/channels/a/one.ts imports its sibling cloud/src/money/channels/b/two.ts",
  ]);
});

test("a lower room that imports a higher one is named; a district's own file stands on its rooms; src stands on all", () => {
  const house = houseOf(
    file("cloud/src/ground/db/a.ts", { imports: ["cloud/src/ground/http/b.ts"] }),
    file("cloud/src/ground/http/b.ts", { imports: ["cloud/src/ground/db/a.ts"] }),
    file("cloud/src/ground/create-ground.ts", { imports: ["cloud/src/ground/http/b.ts"] }),
    file("cloud/src/money/ledger/post.ts", {
      imports: ["cloud/src/ground/create-ground.ts", "cloud/src/ground/http/b.ts", "cloud/src/hub.ts"],
    }),
    file("cloud/src/hub.ts", { imports: ["cloud/src/money/ledger/post.ts"] }),
  );
  expect(wrongRoomImports(house, rules)).toEqual([
    "cloud/src/ground/db/a.ts imports cloud/src/ground/http/b.ts: ground/db stands below ground/http",
    "cloud/src/money/ledger/post.ts imports cloud/src/hub.ts: money/ledger stands below src",
  ]);
});

test("the rooms of a district that is listed as one stand together", () => {
  const house = houseOf(
    file("cloud/src/ground/db/a.ts", { imports: ["cloud/src/money/ledger/deep/post.ts"] }),
    file("cloud/src/money/ledger/deep/post.ts", { imports: ["cloud/src/money/refunds/pay.ts"] }),
    file("cloud/src/money/refunds/pay.ts", { imports: ["cloud/src/money/ledger/deep/post.ts"] }),
  );
  expect(wrongRoomImports(house, { ...rules, order: { cloud: ["ground/db", "money"] } })).toEqual([
    "cloud/src/ground/db/a.ts imports cloud/src/money/ledger/deep/post.ts: ground/db stands below money/ledger/deep",
  ]);
});

test("a room without a place in the order is named", () => {
  expect(wrongRoomImports(houseOf(file("cloud/src/attic/a.ts")), rules)).toEqual([
    "cloud/src/attic/a.ts: the room attic has no place in the order",
  ]);
});

test("rooms that import each other are counted once, and a room within a room is no pair", () => {
  const house = houseOf(
    file("lab/src/a/1.ts", { imports: ["lab/src/b/2.ts", "lab/src/a/in/3.ts"] }),
    file("lab/src/b/2.ts", { imports: ["lab/src/a/1.ts"] }),
    file("lab/src/a/in/3.ts", { imports: ["lab/src/a/1.ts"] }),
  );
  expect(twoWayShares(house).find((share) => share.package === "lab")).toEqual({
    package: "lab",
    pairs: 1,
    twoWay: ["a -> b"],
  });
});

test("a module with an owner, and a Node module in a browser's package, are named", () => {
  const house = houseOf(
    file("agent/src/access/a.ts", { modules: ["lowdb", "lowdb/node"] }),
    file("portal/src/b.ts", { modules: ["node:fs", "path", "lit"] }),
  );
  expect(wrongModules(house, rules)).toHaveLength(4);
});

test("each write and read of another room's tables is named by file and line, and so is a row that nobody needs", () => {
  const house: House = {
    files: [
      file("cloud/src/money/ledger/a.ts", {
        writesTables: [
          { table: "entries", line: 1 },
          { table: "sites", line: 7 },
        ],
        readsTables: [
          { table: "sites", line: 12 },
          { table: "sites", line: 31 },
        ],
      }),
      file("cloud/src/ground/db/a.ts", { writesTables: [{ table: "sites", line: 3 }] }),
    ],
    tableRooms: new Map([
      ["entries", "money/ledger"],
      ["sites", "ground/db"],
    ]),
  };
  expect(foreignWrites(house)).toEqual([
    "cloud/src/money/ledger/a.ts:7: money/ledger writes sites, a table of ground/db",
  ]);
  expect(wrongReads(house, { ...rules, foreignReads: { "money/ledger": ["ground/db"] } })).toEqual([]);
  expect(wrongReads(house, { ...rules, foreignReads: { "ground/db": ["money/ledger"] } })).toEqual([
    "cloud/src/money/ledger/a.ts:12: money/ledger reads sites, a table of ground/db",
    "cloud/src/money/ledger/a.ts:31: money/ledger reads sites, a table of ground/db",
    "ground/db reads nothing of money/ledger: delete it from foreignReads",
  ]);
});

test("a file that no program, worker or test reaches is named, also where another such file imports it; not one whose only caller is a module that was deleted", () => {
  const house = houseOf(
    file("cloud/src/main.ts", { imports: ["cloud/src/a.ts"] }),
    file("cloud/src/a.ts"),
    file("cloud/src/b.test.ts", { imports: ["cloud/src/test-b.ts"] }),
    file("cloud/src/test-b.ts"),
    file("cloud/src/c.ts", { imports: ["cloud/src/d.ts"] }),
    file("cloud/src/d.ts"),
    file("cloud/src/of-gone.ts", { imports: ["cloud/src/below.ts"] }),
    file("cloud/src/below.ts"),
    file("cloud/src/of-stock.ts"),
    file("cloud/src/modules/stock/a.test.ts"),
  );
  const calledByModule = { "cloud/src/of-gone.ts": "gone", "cloud/src/of-stock.ts": "stock" };
  const startedByPath = ["cloud/src/main.ts", "cloud/src/gone.ts"];
  expect(orphanFiles(house, { ...rules, startedByPath, calledByModule })).toEqual([
    "cloud/src/c.ts: nothing imports or starts it",
    "cloud/src/d.ts: nothing imports or starts it",
    "cloud/src/of-stock.ts: nothing imports or starts it",
    "cloud/src/gone.ts: startedByPath names no file",
  ]);
});

test("the front of a grant's identifier belongs to one file; tests and the lab may write it", () => {
  const grantPrefixes = ["v."];
  const house = houseOf(
    file("protocol/src/grant-id.ts", { grantPrefixes }),
    file("cloud/src/catalogue/leases/claim.ts", { grantPrefixes }),
    file("cloud/src/catalogue/leases/claim.test.ts", { grantPrefixes }),
    file("lab/src/town.ts", { grantPrefixes }),
  );
  expect(foreignGrantPrefixes(house, "protocol/src/grant-id.ts")).toEqual([
    "cloud/src/catalogue/leases/claim.ts writes v.: protocol/src/grant-id.ts makes and reads grant ids",
  ]);
});

function houseOf(...files: SourceFile[]): House {
  return { files, tableRooms: new Map() };
}

function file(path: string, what: Partial<SourceFile> = {}): SourceFile {
  const folder = path.slice(0, path.indexOf("/")) as SourceFile["package"];
  const name = path.startsWith("cloud/console/") ? "console" : folder;
  const room = path.split("/src/")[1]?.split("/").slice(0, -1).join("/") as string;
  const empty = {
    imports: [],
    typeImports: [],
    escapes: [],
    modules: [],
    writesTables: [],
    readsTables: [],
    grantPrefixes: [],
  };
  return { path, package: name, room, isTest: isTestFile(path), ...empty, ...what };
}
