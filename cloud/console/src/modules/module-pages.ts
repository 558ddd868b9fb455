/** What the modules contribute to the console. */
import type { User } from "../hub/api.ts";
import type { PageRow } from "../page-row.ts";
import type { Strings } from "../strings/en.ts";
import { consoleModules } from "./all-modules.ts";
import type { ConsoleModule, InBrowser } from "./console-module.ts";

const modules = Object.entries(consoleModules);

export const pagesOfModules: readonly PageRow[] = modules.flatMap(([module, { pages }]) =>
  pages.map((page) => ({ ...page, module })),
);

/** Of the modules that the hub is run with. */
export const modulesOf = (user: Pick<User, "modules">): readonly ConsoleModule[] =>
  modules.filter(([name]) => user.modules.includes(name)).map(([, module]) => module);

/** An alarm is there where its module is on. */
export const alarmPlacesOfModules: Readonly<Record<string, readonly [href: string, place: keyof Strings]>> =
  Object.assign({}, ...modules.map(([, { alarms }]) => alarms));

/** What `modulesOf` shows in a place of the hub's own: it is loaded with that place. */
export const loadOfModules = (
  part:
    | "accountCard"
    | "customerCard"
    | "providerCard"
    | "staffCard"
    | "besideSites"
    | "reportsCard"
    | "settings"
    | "alarmRules"
    | "band",
): Promise<unknown> => Promise.all(modules.map(([, module]) => module[part]?.load()));

/** What can't be done now (no storage, no hub) is done at the next log-in. */
export async function inBrowserOfModules(work: (part: InBrowser) => Promise<void>): Promise<void> {
  await Promise.allSettled(
    modules.map(async ([, { inBrowser }]) => inBrowser?.mayHold() === true && work(await inBrowser.load())),
  );
}
