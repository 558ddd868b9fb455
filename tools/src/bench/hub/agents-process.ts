/** Thousands of light agents in one process, which the benchmark controls over the process channel. */
import { randomBytes } from "node:crypto";
import { createLightAgent, type JournalLoad, type LightAgent } from "./light-agent.ts";
import { routerAnswer } from "./router-answers.ts";
import { keysOf, siteIdOf } from "./town.ts";

export type AgentsOrder =
  | {
      readonly kind: "dial";
      readonly url: string;
      readonly from: number;
      readonly count: number;
      readonly atOnce: number;
    }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "load"; readonly agents: number; readonly load: JournalLoad }
  | { readonly kind: "report" };

export interface AgentsReport {
  readonly kind: "report";
  readonly inStep: number;
  readonly acked: number;
  /** Milliseconds from a change to its arrival, of all arrivals since the last report. */
  readonly latenciesMs: number[];
}

const agents: LightAgent[] = [];
let url = "";
let acked = 0;
let latenciesMs: number[] = [];
let dialNext = 0;
let pool = randomBytes(65_536);
let used = 0;
const random = {
  bytes(count: number) {
    if (used + count > pool.length) {
      pool = randomBytes(pool.length);
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  },
};
const nowMs = () => performance.timeOrigin + performance.now();

function dialSome(count: number): void {
  for (let index = 0; index < count && dialNext < agents.length; index++) agents[dialNext++]?.dial();
}

process.on("message", (order: AgentsOrder) => {
  if (order.kind === "dial") {
    url = order.url;
    for (let number = order.from; number < order.from + order.count; number++)
      agents.push(
        createLightAgent({
          siteId: siteIdOf(number),
          keys: keysOf(number),
          random,
          url: () => url,
          onInStep: () => dialSome(1),
          answer: (method) => routerAnswer(number, method),
          onRow: (key, body) => {
            const name = (body as { name?: string } | null)?.name;
            if (key === "plan-bench" && name !== undefined) latenciesMs.push(nowMs() - Number(name));
          },
          onAcked: (records) => {
            acked += records;
          },
        }),
      );
    dialSome(order.atOnce);
  } else if (order.kind === "url") url = order.url;
  else if (order.kind === "load") {
    for (const agent of agents.slice(0, order.agents)) agent.load(order.load);
  } else {
    const report: AgentsReport = {
      kind: "report",
      inStep: agents.reduce((count, agent) => count + (agent.inStep ? 1 : 0), 0),
      acked,
      latenciesMs,
    };
    latenciesMs = [];
    process.send?.(report);
  }
});
process.on("disconnect", () => process.exit(0));
