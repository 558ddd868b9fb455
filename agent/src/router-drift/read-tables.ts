/** Reads what is compared, in the general lane: of ordered menus all rows, of others ours alone, because a list of names or addresses is long. */
import type { DesiredObject, DesiredRouter } from "@karibu/protocol/router/desired-router";
import type { LiveRouter, RouterCommandOptions, RouterRow } from "../ground/live-router.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import type { RouterTables } from "./compare-router.ts";
import { driftMenus } from "./drift-menus.ts";

/** Rows that one sentence asks for by name. */
const askedAtOnce = 20;
const given: RouterCommandOptions = { timeoutMs: 60_000, fresh: true, actor: "drift" };

/** Sentences for one menu. Pure. */
export function tableSentences(menu: string, objects: readonly DesiredObject[]): readonly (readonly string[])[] {
  const shape = driftMenus[menu];
  if (shape === undefined) return [];
  const isSingle = objects.every(({ column }) => column === "");
  const keys = isSingle ? [] : [".id", ...new Set(objects.map(({ column }) => column))];
  const more = isSingle ? [] : [...(shape.canBeOff ? ["disabled"] : []), ...(hasDynamic(menu) ? ["dynamic"] : [])];
  const columns = new Set([
    ...keys,
    ...more,
    ...(shape.isOrdered ? ["comment"] : []),
    ...shape.columns,
    ...shape.hashed,
  ]);
  if (shape.hasOwner) columns.add("owner");
  // Menus of settings have the same few columns in all versions; some of them take no list.
  const print = isSingle ? [`${menu}/print`] : [`${menu}/print`, `=.proplist=${[...columns].join(",")}`];
  if (isSingle || shape.isOrdered) return [print];
  const sentences: string[][] = [];
  for (let at = 0; at < objects.length; at += askedAtOnce) {
    const some = objects.slice(at, at + askedAtOnce);
    const query = some.flatMap(({ column, value }, index) => [`?${column}=${value}`, ...(index === 0 ? [] : ["?#|"])]);
    sentences.push([...print, ...query]);
  }
  return sentences;
}

const dynamicMenus = [
  "/ip/firewall/",
  "/ipv6/firewall/",
  "/ip/dns/static",
  "/ip/address",
  "/ip/route",
  "/interface/bridge/port",
];
const hasDynamic = (menu: string) => dynamicMenus.some((prefix) => menu.startsWith(prefix));

/** Rejects when the router can't be asked. */
export async function readTables(
  live: Pick<LiveRouter, "command">,
  { objects }: Pick<DesiredRouter, "objects">,
  options: RouterCommandOptions = given,
): Promise<RouterTables> {
  const menus = [...new Set(objects.map(({ menu }) => menu))];
  const read = await Promise.all(
    menus.map(async (menu) => {
      const sentences = tableSentences(
        menu,
        objects.filter((object) => object.menu === menu),
      );
      const parts = await Promise.all(sentences.map((words) => rowsOf(live, words, options)));
      return [menu, parts.includes(null) ? null : parts.flatMap((rows) => rows ?? [])] as const;
    }),
  );
  return new Map(read);
}

async function rowsOf(
  live: Pick<LiveRouter, "command">,
  words: readonly string[],
  options: RouterCommandOptions,
): Promise<readonly RouterRow[] | null> {
  try {
    return await live.command(words, options);
  } catch (error) {
    if (error instanceof RouterTrap) return null;
    throw error;
  }
}
