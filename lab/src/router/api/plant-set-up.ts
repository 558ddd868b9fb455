/** Gives a simulated router all that Karibu's set-up makes, as RouterOS shows it: what the agent is told should be there. */
import type { DesiredObject, DesiredRouter } from "@karibu/protocol/router/desired-router";
import type { Row } from "./api-query.ts";
import { type ConfigTree, normalised } from "./config-tree.ts";

const hasNoSwitch = ["/system/script", "/ip/pool", "/user/group", "/ip/hotspot/profile", "/ip/dhcp-server/network"];

export function plantSetUp(tree: ConfigTree, { objects }: DesiredRouter): void {
  tree.isSetUp = true;
  tree.rows("/ip/dns")[0] = { servers: "192.168.1.1" };
  for (const object of objects) plant(tree, object);
}

function plant(tree: ConfigTree, { menu, column, value, is, adds, isOn }: DesiredObject): void {
  const given = Object.fromEntries(
    Object.entries({ ...adds, ...is }).map(([name, text]) => [name, normalised(name, text)]),
  );
  const rows = tree.rows(menu);
  if (column === "") {
    rows[0] = { ...rows[0], ...given };
    return;
  }
  const known = rows.find((row) => row[column] === value) ?? (menu === "/user" ? rows.at(-1) : undefined);
  const isOff: Row = hasNoSwitch.includes(menu) ? {} : { disabled: String(isOn === false) };
  const row = { ...known, ...isOff, ...given, [column]: value };
  if (known === undefined) tree.add(menu, row);
  else tree.put(menu, known[".id"] ?? "", row);
}
