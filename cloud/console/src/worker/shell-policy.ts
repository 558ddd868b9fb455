/** What the worker answers by itself: the console's shell and nothing else. Pure. */

/** The console of one release. Names are relative to where the console stands. */
export interface ShellFiles {
  /** Of this release's files: another one is another release. */
  readonly build: string;
  /** Kept as soon as the worker is there: enough to open without the hub. */
  readonly first: readonly string[];
  /** Kept when they were fetched once. */
  readonly later: readonly string[];
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly mode: string;
}

/** `page`: the hub's newest, else the kept one. `file`: the kept one, else the hub's. `network`: the worker leaves it alone. */
export type ShellAnswer = "page" | "file" | "network";

export const pageName = "index.html";
const cachePrefix = "karibu-shell-";
export const cacheOf = ({ build }: ShellFiles): string => `${cachePrefix}${build}`;

/**
 * The API, callbacks, the customers' pages, and whatever else the hub serves beside the console, are never answered here.
 * @param scope where the console stands, with a slash at its end
 */
export function answerOf({ method, url, mode }: Asked, scope: string, files: ShellFiles): ShellAnswer {
  const asked = new URL(url);
  const root = new URL(scope);
  if (method !== "GET" || asked.origin !== root.origin || !asked.pathname.startsWith(root.pathname)) return "network";
  const name = asked.pathname.slice(root.pathname.length);
  if (mode === "navigate") return name === "" || name === pageName ? "page" : "network";
  if (asked.search !== "") return "network";
  return files.first.includes(name) || files.later.includes(name) ? "file" : "network";
}

/** Shells of other releases. */
export function outdated(names: readonly string[], files: ShellFiles): string[] {
  return names.filter((name) => name.startsWith(cachePrefix) && name !== cacheOf(files));
}
