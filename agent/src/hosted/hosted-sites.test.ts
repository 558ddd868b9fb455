import { expect, test } from "vitest";
import type { Agent } from "../start/agent.ts";
import { createHostedSites, type HostedSite } from "./hosted-sites.ts";

const quiet = { log: { debug() {}, info() {}, warn() {}, error() {} } };
const site = (siteId: string, settingsKey = "1"): HostedSite => ({ siteId, routerAddress: "10.89.0.2", settingsKey });

/** Agents that only say when they start and stop. */
function hosting(fails: (siteId: string) => boolean = () => false) {
  const said: string[] = [];
  const sites = createHostedSites(quiet, ({ siteId }: HostedSite) => {
    const agent = {
      async start() {
        said.push(`${siteId} starts`);
        if (fails(siteId)) throw new Error("its folder can't be read");
      },
      async stop() {
        said.push(`${siteId} stops`);
      },
    };
    return agent as unknown as Agent;
  });
  return { sites, said };
}

test("sites come and go with the list, and a site with changed settings starts again", async () => {
  const { sites, said } = hosting();
  await sites.keep([site("a"), site("b")]);
  await sites.keep([site("b", "2"), site("c")]);
  expect(said).toEqual(["a starts", "b starts", "a stops", "b stops", "b starts", "c starts"]);
  expect([...sites.running.keys()]).toEqual(["b", "c"]);
  await sites.stop();
  await sites.keep([site("d")]);
  expect(sites.running.size).toBe(0);
});

test("a site that can't be started is no other's trouble, and is tried again with the next list", async () => {
  let broken = true;
  const { sites } = hosting((siteId) => broken && siteId === "a");
  await sites.keep([site("a"), site("b")]);
  expect([...sites.running.keys()]).toEqual(["b"]);
  broken = false;
  await sites.keep([site("a"), site("b")]);
  expect([...sites.running.keys()].sort()).toEqual(["a", "b"]);
});
