/** Which modules a hub is run with. Pure; settings are read before the hub's code is loaded. */
import { type ModuleName, moduleNeeds } from "./names.ts";

export const moduleNames = Object.keys(moduleNeeds) as readonly ModuleName[];

/** @param text names with commas between, in any order; `none`: the hub alone */
export function readModules(text: string): { readonly names: readonly ModuleName[] } | { readonly complaint: string } {
  const asked = text === "none" ? [] : text.split(",").map((name) => name.trim());
  const unknown = asked.find((name) => !Object.hasOwn(moduleNeeds, name));
  if (unknown !== undefined)
    return { complaint: `there is no module "${unknown}": write none, or some of ${moduleNames.join(", ")}` };
  const names = moduleNames.filter((name) => asked.includes(name));
  for (const name of names)
    for (const needed of moduleNeeds[name])
      if (!asked.includes(needed)) return { complaint: `${name} needs ${needed}: add it, or leave both out` };
  return { names };
}
