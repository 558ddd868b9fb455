import { expect, test } from "vitest";
import { moduleNames, readModules } from "./choose-modules.ts";
import { moduleNeeds } from "./names.ts";

test("[SYS-27] names with commas between, in any order, are those modules; none is the hub alone", () => {
  expect(readModules(moduleNames.toReversed().join(" , "))).toEqual({ names: moduleNames });
  expect(readModules("none")).toEqual({ names: [] });
});

test.each(["", ",", "none,", "Takeover", "toString", "__proto__", "no-such"])(
  "[SYS-27] %j names no module: the complaint says which there are",
  (text) => {
    const read = readModules(text);
    const complaint = "complaint" in read ? read.complaint : "";
    for (const name of moduleNames) expect(complaint).toContain(name);
  },
);

test("[SYS-27] a module without those that it is built on is refused by both names", () => {
  for (const name of moduleNames)
    for (const needed of moduleNeeds[name]) {
      const others = (moduleNeeds[name] as readonly string[]).filter((other) => other !== needed);
      const complaint = `${name} needs ${needed}: add it, or leave both out`;
      expect(readModules([name, ...others].join())).toEqual({ complaint });
    }
});
