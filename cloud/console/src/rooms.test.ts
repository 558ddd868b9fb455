import { permissionsOf } from "@karibu/cloud/ground/http/permissions";
import { expect, test } from "vitest";
import type { User } from "./hub/api.ts";
import { consoleModules } from "./modules/all-modules.ts";
import { pageAt } from "./page-at.ts";
import { pages } from "./pages.ts";
import { roomsAtTheThumb, roomsFor } from "./rooms.ts";

const userOf = (role: string, modules = Object.keys(consoleModules)) =>
  ({ permissions: permissionsOf(role), modules, via: "password" }) as unknown as User;
const roomsOf = (role: string) => roomsFor(userOf(role));

test.each([
  ["owner", ["home", "sales", "customers", "support", "plansAndVouchers", "sites", "money", "settings"]],
  ["manager", ["home", "sales", "customers", "support", "plansAndVouchers", "sites", "money", "settings"]],
  ["accountant", ["home", "sales", "customers", "support", "plansAndVouchers", "sites", "money", "settings"]],
  ["support", ["home", "sales", "customers", "support", "plansAndVouchers", "sites", "money", "settings"]],
  // Of support there are for an installer only things of modules.
  [
    "installer",
    ["customers", ...("stock" in consoleModules ? ["support"] : []), "plansAndVouchers", "sites", "settings"],
  ],
  ["seller", ["sales", "plansAndVouchers", "settings"]],
  ["platform-admin", ["home", "providers", "revenue", "health", "releases", "settings"]],
])("[UIX-02] a %s sees the rooms %o", (role, names) => {
  expect(roomsOf(role).map(({ name }) => name)).toEqual(names);
});

test("a phone shows four rooms, and what is used most is among them", () => {
  const atThumb = (role: string) => roomsAtTheThumb(roomsOf(role)).map(({ name }) => name);
  expect(atThumb("owner")).toEqual(["home", "sales", "plansAndVouchers", "sites"]);
  expect(atThumb("seller")).toEqual(["sales", "plansAndVouchers", "settings"]);
  expect(atThumb("platform-admin")).toEqual(["home", "providers", "revenue", "health"]);
});

test("a room opens with the page that it is known by", () => {
  const first = Object.fromEntries(roomsOf("owner").map(({ name, pages: [page] }) => [name, page?.path]));
  expect(first).toMatchObject({
    home: "",
    sales: "payments",
    customers: "customers",
    sites: "sites",
    settings: "settings",
  });
});

test("a room of one page has the name of its page", () => {
  expect(roomsOf("seller").map(({ title }) => title)).toEqual(["sell", "plans", "myAccount"]);
});

test.each([
  ["owner", ""],
  ["platform-admin", "platform"],
  ["seller", "sell"],
  ["installer", "sites"],
])("the first page of a %s is %o", (role, path) => {
  expect(pageAt("#/", userOf(role))?.page.path).toBe(path);
});

test("every page of a role is a tab of one of its rooms, except those that a link on another page opens", () => {
  for (const role of ["owner", "support", "platform-admin"]) {
    const tabs = roomsOf(role).flatMap((room) => room.pages.map(({ path }) => path));
    expect(new Set(tabs).size).toBe(tabs.length);
    const hidden = pages
      .filter((page) => page.isHidden && !(role === "platform-admin" && page.platformRoom !== undefined))
      .map(({ path }) => path);
    const allowed = pages.filter((page) => pageAt(`#/${page.path}`, userOf(role))?.page === page);
    expect(tabs.sort()).toEqual(
      allowed
        .map(({ path }) => path)
        .filter((path) => !hidden.includes(path))
        .sort(),
    );
  }
});

test.each(Object.entries(consoleModules))(
  "[SYS-27] where the hub is run without %s, its pages are no tabs, and its addresses lead nowhere",
  (name, { pages: own }) => {
    const others = Object.keys(consoleModules).filter((one) => one !== name);
    for (const { path, permission } of own) {
      const role = permissionsOf("owner").some((each) => each === permission) ? "owner" : "platform-admin";
      expect(pageAt(`#/${path}`, userOf(role))?.page.path).toBe(path);
      expect(pageAt(`#/${path}`, userOf(role, others))).toBeNull();
      const tabs = roomsFor(userOf(role, others)).flatMap((room) => room.pages);
      expect(tabs.map((page) => page.path)).not.toContain(path);
    }
  },
);
