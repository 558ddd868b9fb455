/** A provider with one site and codes of plans, for tests of sticks that die; and what such tests keep of a stick. */
import type { RouterControl } from "@karibu/agent/ground/router-control";
import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { createHotspotControl } from "@karibu/agent/routeros/hotspot-control";
import { ownerPassword, type TestHub } from "@karibu/cloud/test-hub";
import type { World } from "@karibu/protocol/world";
import { createFaultyFolder, type FaultyFolder } from "../disk/faulty-folder.ts";
import { dialInMemory } from "../router/api/dial-in-memory.ts";
import { createRouter } from "../router/device/router.ts";
import { createMemoryUdp } from "../router/test-router.ts";
import { until } from "./link-ends.ts";
import type { DrillSite, SiteStart } from "./test-drill-sites.ts";

const waitMs = 60_000;
const dayMs = 86_400_000;

/** The stick as it is now: it comes back later. */
export async function copyFolder(world: World, folder: FaultyFolder): Promise<FaultyFolder> {
  const copy = createFaultyFolder(world);
  for (const name of await folder.list("")) {
    const content = await folder.read(name);
    if (content !== null) await copy.replace(name, content);
  }
  return copy;
}

/** The lab's router, which keeps what the agent writes down by the API's own sentences. */
export async function openWitnessRouter(world: World): Promise<RouterControl> {
  const router = createRouter(world, createMemoryUdp(), {});
  await router.boot();
  const api = createRouterApi(world, dialInMemory(world, router), { user: "karibu", password: "" });
  return createHotspotControl(api);
}

/** A site with codes of plans that end by use, and by date. */
export async function openTestShop(
  lab: TestHub,
  start: (of: SiteStart) => Promise<DrillSite>,
  name: string,
  router: RouterControl | null,
) {
  const { token, ownerEmail } = await lab.makeProvider(name);
  let session = token;
  const made = await lab.call("POST", "/api/v1/sites", { token, body: { name } });
  const { siteId } = made.body.site as { siteId: string };
  const place = { siteId, enrolToken: made.body.enrolmentToken as string, ...(router === null ? {} : { router }) };
  const site = await start(place);
  await until("the site is connected", () => site.agent.hub.state === "connected", waitMs);
  const call = async (method: string, path: string, body?: object) =>
    (await lab.call(method, `/api/v1${path}`, { token: session, ...(body === undefined ? {} : { body }) })).body;
  const codesOf = async (planName: string, terms: object, quantity = 6): Promise<string[]> => {
    const plan = await call("POST", "/plans", { name: planName, priceCents: 5000, terms });
    const { batchId } = await call("POST", "/vouchers/batches", { planId: plan.planId, quantity, siteId });
    const batch = `/vouchers/batches/${batchId}`;
    await until("its codes are made", async () => (await call("GET", batch)).state === "ready", waitMs);
    await until("the site holds the batch", () => site.applied.has(`batch:${batchId}`), waitMs);
    const { items } = await call("GET", `/vouchers?batchId=${batchId}&limit=${quantity}`);
    return (items as { code: string }[]).map(({ code }) => code);
  };
  /** Moves the clock; the owner's session is over then. */
  const passDays = async (days: number) => {
    lab.moveClock(days * dayMs);
    session = await lab.logIn(ownerEmail, ownerPassword);
  };
  return { place, site, token, call, codesOf, passDays };
}
