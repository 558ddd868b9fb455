/** Takes over what a board's scripts made of its configuration: the same rows, as the API of RouterOS shows them. */
import type { ConfigurationRows } from "../../routeros-scripting/configuration.ts";
import type { Row } from "./api-query.ts";
import { shapes } from "./config-shapes.ts";
import { type ConfigTree, normalised } from "./config-tree.ts";

/** These say what the hardware is and does now: they stay. */
const ofHardware = ["/interface", "/interface/wifi", "/file", "/log", "/system/routerboard", "/system/license"];

export function adoptConfiguration(tree: ConfigTree, configuration: ConfigurationRows): void {
  tree.isSetUp = true;
  for (const [menu, rows] of Object.entries(configuration)) {
    const shape = shapes[menu];
    if (shape === undefined || ofHardware.includes(menu)) continue;
    const shown = rows.map((row): Row => {
      const isOff: Row = shape.settable.includes("disabled") ? { disabled: "false" } : {};
      const read = Object.entries(row).map(([name, value]) => [name, normalised(name, value)]);
      return { ...isOff, ...Object.fromEntries(read) };
    });
    if (shape.isSingle === true) tree.rows(menu)[0] = { ...tree.rows(menu)[0], ...shown[0] };
    else {
      tree.rows(menu).splice(0);
      for (const row of shown) tree.add(menu, row);
    }
  }
}
