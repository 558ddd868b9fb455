/** Parses `/etc/resolv.conf`: the servers, and the full names to query. Pure. @see resolv.conf(5) */
import { isIP } from "node:net";

export interface ResolvConf {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  /** A name with fewer dots is tried with the search list first. */
  readonly dotsMin: number;
}

const serversMax = 3;
const searchMax = 6;
const dotsMax = 15;
/** The server when the file names none. */
const ownServer = "127.0.0.1";

/** Ignores the file's time-outs and tries: the agent has its own limits. */
export function parseResolvConf(text: string): ResolvConf {
  const servers: string[] = [];
  let search: readonly string[] = [];
  let dotsMin = 1;
  for (const line of text.split("\n")) {
    const [word = "", ...rest] = line
      .replace(/[#;].*/, "")
      .trim()
      .split(/\s+/);
    const values = rest.filter((each) => each !== "");
    if (word === "nameserver" && isIP(values[0] ?? "") !== 0) servers.push(values[0] as string);
    if (word === "search") search = values;
    if (word === "domain") search = values.slice(0, 1);
    const dots = word === "options" ? /\bndots:(\d+)/.exec(rest.join(" "))?.[1] : undefined;
    if (dots !== undefined) dotsMin = Math.min(dotsMax, Number(dots));
  }
  return {
    servers: servers.length === 0 ? [ownServer] : servers.slice(0, serversMax),
    search: search
      .map((each) => each.replace(/\.$/, ""))
      .filter((each) => each !== "")
      .slice(0, searchMax),
    dotsMin,
  };
}

/** The full names to query, in order. A name with a final dot is full already. */
export function questionsFor(name: string, { search, dotsMin }: Pick<ResolvConf, "search" | "dotsMin">): string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const below = search.map((domain) => `${name}.${domain}`);
  const dots = name.split(".").length - 1;
  return dots >= dotsMin ? [name, ...below] : [...below, name];
}
