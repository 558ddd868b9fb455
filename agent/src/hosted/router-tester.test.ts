import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createRouterTester } from "./router-tester.ts";

const waiting = (siteId: string) => ({ testId: `test of ${siteId}`, siteId, port: 8728, user: "u", password: "p" });

/** A tester of a hub that orders these sites, by the addresses that the hub says they have. */
async function orderedBy(addresses: Record<string, string>) {
  const dialled: string[] = [];
  const reports: { testId: string; steps: { problem: string | null }[]; isOver: boolean }[] = [];
  let open = 0;
  let most = 0;
  const tester = createRouterTester(createSimulatedWorld(), {
    dialRouter: (address) => async () => {
      dialled.push(address);
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      throw new Error("no route");
    },
    addressOf: (siteId) => addresses[siteId] ?? null,
    call: (async ({ method }: { method: string }, params: (typeof reports)[number]) => {
      if (method === "take-router-tests") return { tests: ["stranger", ...Object.keys(addresses)].map(waiting) };
      reports.push(params);
      return {};
    }) as never,
  });
  tester.look();
  await expect.poll(() => reports.filter(({ isOver }) => isOver).length).toBe(Object.keys(addresses).length + 1);
  await tester.settled();
  return {
    dialled,
    most,
    problemOf: (siteId: string) => reports.findLast(({ testId }) => testId === `test of ${siteId}`)?.steps[0]?.problem,
  };
}

test("[RTR-04] a hub that is broken into sends the host to no other machine: not the hub's own end, not loopback, not the cloud's metadata, not sites it does not host", async () => {
  const addresses = {
    hub: "10.89.0.1",
    self: "127.0.0.1",
    cloud: "169.254.169.254",
    lan: "192.168.1.10",
    good: "10.89.3.7",
  };
  const { dialled, problemOf } = await orderedBy(addresses);
  expect(dialled).toEqual(["10.89.3.7"]);
  for (const siteId of ["hub", "self", "cloud", "lan", "stranger"]) expect(problemOf(siteId)).toBe("outside");
  expect(problemOf("good")).toBe("unreachable");
});

test("[RTR-04] twenty tests that wait are walked four at once", async () => {
  const addresses = Object.fromEntries(Array.from({ length: 19 }, (_, at) => [`site ${at}`, `10.89.1.${at}`]));
  const { dialled, most } = await orderedBy(addresses);
  expect([dialled.length, most]).toEqual([19, 4]);
});
