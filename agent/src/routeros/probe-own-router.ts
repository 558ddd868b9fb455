/** A test of the agent's own router: a connection of its own, with the passwords that the agent has, in their order. */
import type { RouterProbe } from "@karibu/protocol/router/router-test";
import type { World } from "@karibu/protocol/world";
import { type ProbeReport, probeRouter } from "./probe-router.ts";
import type { ApiDial } from "./router-api.ts";

export interface OwnRouter {
  readonly user: string;
  /** While a password changes, the router takes one of two. */
  readonly passwords: () => readonly string[];
}

/** Never rejects. */
export async function probeOwnRouter(
  world: World,
  dial: ApiDial,
  { user, passwords }: OwnRouter,
): Promise<RouterProbe> {
  let last: ProbeReport | null = null;
  for (const password of passwords()) {
    await probeRouter(world, dial, { user, password }, (report) => (last = report));
    const { steps } = last as unknown as ProbeReport;
    if (!steps.some(({ problem }) => problem === "wrong-log-in")) break;
  }
  const { steps, router } = last as unknown as ProbeReport;
  return { steps: [...steps], router };
}
