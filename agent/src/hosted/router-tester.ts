/**
 * The hosting process tests the way to its sites' routers. It dials through the tunnel, and the hub never does.
 *
 * Attackers: a hub that is broken into, or an operator, who would use the host to reach other machines. The order names no address: each site's
 * own address in the tunnel is dialled, which must be one of the routers' network and not the hub's own end (`isRoutersAddress`), on ports from 1024
 * up, by plain TCP that follows no redirect, four at once, each for 40 seconds at most. A router that answers strangely: see `probe-router.ts`.
 */
import type { CallPeer } from "@karibu/protocol/link/calls";
import { isRoutersAddress } from "@karibu/protocol/router/router-test";
import { reportRouterTest, takeRouterTests, type WaitingRouterTest } from "@karibu/protocol/rpc/router/router-tests";
import { runWhenWoken } from "@karibu/protocol/run-when-woken";
import type { World } from "@karibu/protocol/world";
import { type ProbeReport, probeRouter } from "../routeros/probe-router.ts";
import type { ApiDial } from "../routeros/router-api.ts";

export interface RouterTesterParts {
  readonly dialRouter: (address: string, port: number) => ApiDial;
  /** Rejects while there is no link. */
  readonly call: CallPeer;
  /** The site's own address in the tunnel. Null: this host does not have the site. */
  readonly addressOf: (siteId: string) => string | null;
}

const atOnceMax = 4;
const callMsMax = 10_000;

export function createRouterTester(
  world: World,
  { dialRouter, call, addressOf }: RouterTesterParts,
): { readonly look: () => void; readonly settled: () => Promise<void> } {
  let running = 0;
  let waiting: WaitingRouterTest[] = [];
  const work = new Set<Promise<void>>();

  async function test({ testId, siteId, port, user, password }: WaitingRouterTest): Promise<void> {
    let last: Promise<unknown> = Promise.resolve();
    const tell = (report: ProbeReport) => {
      // One after the other: the hub keeps the last one.
      last = last
        .then(() => call(reportRouterTest, { ...report, testId, steps: [...report.steps] }, callMsMax))
        .catch((error: unknown) => world.log.warn("router-test-not-reported", { siteId, error: String(error) }));
    };
    const address = addressOf(siteId);
    if (address === null || !isRoutersAddress(address))
      tell({ steps: [{ step: "network", state: "failed", problem: "outside" }], router: null, isOver: true });
    else await probeRouter(world, dialRouter(address, port), { user, password }, tell);
    await last;
  }

  function begin(): void {
    while (running < atOnceMax && waiting.length > 0) {
      const next = waiting.shift() as WaitingRouterTest;
      running++;
      const done = test(next)
        .catch((error: unknown) => world.log.error("router-test-failed", { error: String(error) }))
        .finally(() => {
          running--;
          work.delete(done);
          begin();
        });
      work.add(done);
    }
  }

  const { wake: look, settled } = runWhenWoken(
    async () => {
      const { tests } = await call(takeRouterTests, {}, callMsMax);
      waiting = [...waiting, ...tests];
      begin();
    },
    (error) => world.log.warn("router-tests-not-read", { error: String(error) }),
  );

  return {
    look,
    async settled() {
      waiting = [];
      await settled();
      await Promise.all(work);
    },
  };
}
