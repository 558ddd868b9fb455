/** `karibu router`: how sites and their routers are, once or again and again; a test of the way to a router; and a sale for a test, from the hub to the code. */
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { defaultHubUrl, type HubCall, printList, sayRefusal } from "./hub-api.ts";
import { sayFaults } from "./hub-database.ts";
import type { Output, Subcommand } from "./subcommand.ts";
import { openTokenApi } from "./token-api.ts";

const verbs = ["status", "monitor", "test", "connections", "test-sale"] as const;

interface Asked {
  readonly verb: (typeof verbs)[number];
  readonly siteId: string | null;
  readonly planId: string | null;
  readonly everySeconds: number;
  /** Infinite: until it is stopped. */
  readonly times: number;
  readonly hub: string;
}

export const router: Subcommand = {
  usage:
    "router status [SITE] | monitor SITE [--every SECONDS] [--times N] | test SITE | connections SITE | test-sale SITE PLAN   [--hub URL]",
  summary: `Sites and routers of a running hub (${defaultHubUrl} by default), with the API token of KARIBU_TOKEN: how they are; figures of one again and again; the five steps of a test of its router, walked now; how many connections its router follows now and whose; a plan sold for a test, whose code opens for ten minutes and books nothing. Exit code 1: the site is not online, or its test failed.`,
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    return sayFaults(output, async () => {
      const call = openTokenApi(asked.hub, output);
      if (call === null) return 1;
      if (asked.verb === "monitor") return monitor(call, asked, output);
      if (asked.verb === "test") return testRouter(call, asked, output);
      if (asked.verb === "connections") return printConnections(call, asked, output);
      if (asked.verb === "test-sale") return testSale(call, asked, output);
      return asked.siteId === null
        ? printList(call, "/api/v1/sites", output)
        : printFigures(call, asked.siteId, "?fresh=true", output);
    });
  },
};

/** Gives the exit code: 0 where the site is online. */
async function printFigures(call: HubCall, siteId: string, query: string, output: Output): Promise<number> {
  const answer = await call("GET", `/api/v1/routers/${encodeURIComponent(siteId)}/figures${query}`);
  if (!answer.ok) return sayRefusal(answer, output);
  const figures = (await answer.json()) as { readonly state: string };
  output.print(JSON.stringify(figures));
  return figures.state === "online" ? 0 : 1;
}

async function monitor(call: HubCall, { siteId, everySeconds, times }: Asked, output: Output): Promise<number> {
  const id = siteId ?? "";
  let code = 0;
  for (let time = 0; time < times; time++) {
    if (time > 0) await pause(everySeconds * 1000);
    // Somebody looks: the router is asked more often for the next minute.
    const watched = await call("POST", `/api/v1/routers/${encodeURIComponent(id)}/watch`);
    if (!watched.ok) return sayRefusal(watched, output);
    code = await printFigures(call, id, "", output);
  }
  return code;
}

interface RouterTest {
  readonly isRunning: boolean;
  readonly steps: readonly { readonly step: string; readonly state: string; readonly problem: string | null }[];
  readonly router: { readonly identity: string; readonly version: string; readonly missing: readonly string[] } | null;
}

const askAgainMs = 1000;

/** A line for each step. Gives the exit code: 0 where all are done. */
async function testRouter(call: HubCall, { siteId, hub }: Asked, output: Output): Promise<number> {
  const path = `/api/v1/sites/${encodeURIComponent(siteId ?? "")}/router-test`;
  let answer = await call("POST", path, {});
  for (;;) {
    if (!answer.ok) return sayRefusal(answer, output);
    const { isRunning, steps, router } = (await answer.json()) as RouterTest;
    if (!isRunning) {
      for (const { step, state, problem } of steps) output.print([step, state, problem].filter(Boolean).join(" "));
      if (router !== null) output.print(JSON.stringify(router));
      if (steps.some(({ problem }) => problem === "version-too-old"))
        output.complain(`how to upgrade it: ${new URL("/#/guides/installer/upgrade", hub)}`);
      return steps.length > 0 && steps.every(({ state }) => state === "done") ? 0 : 1;
    }
    await pause(askAgainMs);
    answer = await call("GET", path);
  }
}

/** Exit code 1: the router could not be asked. */
async function printConnections(call: HubCall, { siteId }: Asked, output: Output): Promise<number> {
  const answer = await call("GET", `/api/v1/routers/${encodeURIComponent(siteId ?? "")}/connections`);
  if (!answer.ok) return sayRefusal(answer, output);
  const read = (await answer.json()) as { readonly why: string | null };
  output.print(JSON.stringify(read));
  return read.why === null ? 0 : 1;
}

async function testSale(call: HubCall, { siteId, planId }: Asked, output: Output): Promise<number> {
  const sold = await call("POST", "/api/v1/test-sales", { siteId, planId });
  if (!sold.ok) return sayRefusal(sold, output);
  output.print(await sold.text());
  // The code is there, and opens nothing before the site has heard of it.
  return printFigures(call, siteId ?? "", "", output);
}

const namesOf = {
  status: "one SITE, or none",
  monitor: "one SITE",
  test: "one SITE",
  connections: "one SITE",
  "test-sale": "a SITE and a PLAN",
} as const;

function readWords(words: readonly string[], output: Output): Asked | null {
  try {
    const options = {
      hub: { type: "string", default: defaultHubUrl },
      every: { type: "string", default: "30" },
      times: { type: "string" },
    } as const;
    const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options });
    const [name, siteId = null, planId = null, ...more] = positionals;
    const verb = verbs.find((one) => one === name);
    const everySeconds = Number(values.every);
    const times = values.times === undefined ? Number.POSITIVE_INFINITY : Number(values.times);
    const isCounted =
      everySeconds >= 5 && (times === Number.POSITIVE_INFINITY || (Number.isInteger(times) && times > 0));
    const hasNames =
      verb === "status" ? planId === null : siteId !== null && (verb === "test-sale") === (planId !== null);
    if (verb !== undefined && hasNames && isCounted && more.length === 0 && URL.canParse(values.hub))
      return { verb, siteId, planId, everySeconds, times, hub: values.hub };
    if (verb === undefined) output.complain(`say one of ${verbs.join(", ")}`);
    else if (!isCounted) output.complain("--every takes seconds, 5 or more; --times a whole number above 0");
    else if (!URL.canParse(values.hub)) output.complain(`--hub: not an address: ${values.hub}`);
    else output.complain(`${verb} takes ${namesOf[verb]}`);
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${router.usage}`);
  return null;
}
