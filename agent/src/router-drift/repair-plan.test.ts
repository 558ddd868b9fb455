import type { DesiredObject } from "@karibu/protocol/router/desired-router";
import { expect, test } from "vitest";
import { repairPlan } from "./repair-plan.ts";

const menu = "/ip/firewall/filter";
const object = {
  id: "drop",
  menu,
  column: "comment",
  value: "karibu:drop",
  is: { chain: "input", action: "drop" },
} as const;
const planOf = (wanted: DesiredObject, rows: readonly Record<string, string>[] = []) =>
  repairPlan(
    { kind: "missing", key: "k", menu: wanted.menu, object: wanted },
    { minor: "7.22", guestInterface: "karibu-guest", objects: [wanted] },
    new Map([[wanted.menu, rows]]),
  );

test("[BEY-17] what the agent makes on a router has its tag, by which it is found and removed again", () => {
  const sentences = planOf(object)?.sentences;
  expect(sentences).toHaveLength(1);
  expect(sentences?.[0]).toEqual([`${menu}/add`, "=chain=input", "=action=drop", "=comment=karibu:drop"]);
});

test("a row that stands first is made before the first row of others, and never before one of ours", () => {
  const rows = [
    { ".id": "*1", comment: "karibu:accept" },
    { ".id": "*2", comment: "the owner's" },
  ];
  expect(planOf({ ...object, isFirst: true }, rows)?.sentences[0]?.at(-1)).toBe("=place-before=*2");
});

test("[BEY-17] a missing server of RADIUS is made with its secret, and not without", () => {
  const wanted = { ...object, menu: "/radius", is: { service: "hotspot", address: "172.31.255.2" } };
  const plan = (secret: readonly string[] | null) =>
    repairPlan(
      { kind: "missing", key: "k", menu: wanted.menu, object: wanted },
      { minor: "7.22", guestInterface: "karibu-guest", objects: [wanted] },
      new Map([[wanted.menu, []]]),
      () => secret,
    );
  expect(plan(null)).toBeNull();
  expect(plan(["=secret=of-this-site"])?.sentences).toEqual([
    ["/radius/add", expect.any(String), expect.any(String), "=comment=karibu:drop", "=secret=of-this-site"],
  ]);
});
