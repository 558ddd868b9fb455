/**
 * One hub and one process that hosts: the hub adds and removes sites, routers are identified by their addresses, and a
 * process that is killed loses nothing. The process is the real one; the tunnel's addresses are loopback's.
 */

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AgentProcess,
  every300Ms,
  type NasSocket,
  openNas,
  startAgent,
} from "@karibu/agent/start/test-agent-process";
import { serveLinks } from "@karibu/cloud/fleet/link/link-websocket";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { installerKeyOf } from "@karibu/protocol/installer-key";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { statusTypes } from "@karibu/protocol/radius/codes";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { until } from "../link/link-ends.ts";

const lab = useHub(anyEngine, { linkTickMs: 250 });
let server: Server;
let cutLinks: () => void;
let url = "";
let data = "";
let host: AgentProcess | null = null;
const sockets: NasSocket[] = [];

beforeAll(async () => {
  server = createServer(lab.hub().app);
  cutLinks = serveLinks(server, lab.hub().link.accept);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  data = await mkdtemp(join(tmpdir(), "karibu-hosted-"));
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await host?.kill("SIGKILL");
  host = null;
});
afterAll(async () => {
  cutLinks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(data, { recursive: true, force: true });
});

interface HostedLab {
  readonly siteId: string;
  readonly address: string;
  readonly code: string;
  readonly secret: string;
  readonly nas: NasSocket;
}

const ok = async (method: string, path: string, token: string, body?: unknown) => {
  const answer = await lab.call(method, path, { token, ...(body === undefined ? {} : { body }) });
  expect([path, answer.status < 300], answer.text).toEqual([path, true]);
  return answer.body;
};

/** A hosted site with one voucher; its router has this address. */
async function hostOne(token: string, planId: string, name: string, address: string): Promise<HostedLab> {
  const { site } = await ok("POST", "/api/v1/sites", token, { name });
  const { siteId } = site as { siteId: string };
  const { batchId } = await ok("POST", "/api/v1/vouchers/batches", token, { planId, quantity: 2, siteId });
  const batch = `/api/v1/vouchers/batches/${batchId}`;
  await until("its codes are made", async () => (await ok("GET", batch, token)).state === "ready", 30_000);
  const vouchers = await ok("GET", `/api/v1/vouchers?batchId=${batchId}`, token);
  // Where the tunnel would be is loopback: the address that the hub dealt out is moved there before the host hears of it.
  await ok("PUT", `/api/v1/sites/${siteId}/tunnel`, token, {});
  await lab
    .database()
    .asPlatform("test", (tx) =>
      tx.updateTable("wireguard_peers").set({ address }).where("siteId", "=", siteId).execute(),
    );
  const hosting = await ok("PUT", `/api/v1/sites/${siteId}/hosting`, token, { hosted: true });
  expect(hosting).toMatchObject({ hosted: true, routerAddress: address, radiusServer: "10.89.0.1" });
  const nas = await openNas(hosting.radiusSecret, every300Ms, address);
  sockets.push(nas);
  return { siteId, address, code: vouchers.items[0].code, secret: hosting.radiusSecret, nas };
}

/** As a phone behind that router asks, or its installer: by the router's address in the tunnel. */
const getFrom = (address: string, port: number, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, localAddress: address }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve(`${response.statusCode} ${text}`));
    }).on("error", reject);
  });

const session = (site: HostedLab, status: keyof typeof statusTypes, used: number): Attribute[] => [
  { name: "userName", value: site.code },
  { name: "acctStatusType", value: statusTypes[status] },
  { name: "acctSessionId", value: "80100001" },
  ...hostOf(site),
  { name: "acctSessionTime", value: used },
  { name: "acctInputOctets", value: used },
  { name: "acctOutputOctets", value: 10 * used },
];
const hostOf = ({ address }: HostedLab): Attribute[] => [
  { name: "callingStationId", value: `02:00:00:00:00:0${address.at(-1)}` },
  { name: "framedIpAddress", value: "10.5.50.9" }, // the same at every site
  { name: "nasIdentifier", value: "MikroTik" },
];

const auth = () => host?.authPort ?? 9;
const acct = () => host?.acctPort ?? 9;

test("[RTR-26] sites are hosted on the hub's order, identified by their routers' addresses, and survive a killed process", async () => {
  const admin = await lab.adminToken();
  const { token } = await lab.makeProvider("Hosted");
  const plan = await ok("POST", "/api/v1/plans", token, {
    name: "Day",
    priceCents: 1000,
    terms: { validitySeconds: 86_400 },
  });
  const made = await ok("POST", "/api/v1/platform/hosts", admin, { name: "beside the hub" });
  const start = (more: Record<string, string> = {}) =>
    startAgent({
      KARIBU_HOSTED: "1",
      KARIBU_HUB_URL: url,
      KARIBU_DATA: data,
      KARIBU_INTERIM_FLUSH_SECONDS: "0",
      KARIBU_ENROL_TOKEN: made.enrolmentToken,
      ...more,
    });
  host = await start();
  const hostState = async () => (await ok("GET", "/api/v1/platform/hosts", admin)).items[0].state;
  await until("the host is there", async () => (await hostState()) === "online", 60_000);

  const [one, two, three] = [
    await hostOne(token, plan.planId, "One", "127.0.0.2"),
    await hostOne(token, plan.planId, "Two", "127.0.0.3"),
    await hostOne(token, plan.planId, "Three", "127.0.0.4"),
  ];
  const siteOf = (site: HostedLab) => ok("GET", `/api/v1/sites/${site.siteId}`, token);
  const isOnline = (site: HostedLab) => async () => (await siteOf(site)).state === "online";
  const followsAll = (site: HostedLab) => async () => {
    const { feed } = await ok("GET", `/api/v1/sites/${site.siteId}/link`, token);
    return feed.length > 2 && feed.every(({ behind }: { behind: number }) => behind === 0);
  };
  for (const site of [one, two, three]) {
    await until(`${site.address} is online`, isOnline(site), 60_000);
    await until("it holds its batch", followsAll(site), 60_000);
    expect(await siteOf(site)).toMatchObject({ hosted: true });
    const tried = await ok("POST", `/api/v1/routers/${site.siteId}/radius/try`, token);
    expect(tried).toMatchObject({ why: null, kind: "answered", asked: 0 });
  }

  // Each router gets its own site's answers, though all ask the same port: another site's code is unknown there.
  for (const site of [one, two, three]) expect(await site.nas.logIn(site.code, hostOf(site), auth)).toBe("accept");
  expect(await two.nas.logIn(one.code, hostOf(two), auth)).toBe("reject");
  for (const site of [one, two, three]) await site.nas.account(session(site, "start", 0), acct);

  // Its own portal and figures too, by the address it asks from.
  const { httpPort } = host;
  const figures = await getFrom(one.address, httpPort, `/metrics?key=${installerKeyOf(one.secret)}`);
  for (const figure of [
    /^karibu_hub_connections_total 1$/m,
    /^karibu_feed_lag_seconds 0$/m,
    /^karibu_hub_silent_seconds \d+$/m,
    /^karibu_journal_waiting_records \d+$/m,
    /^karibu_journal_unacknowledged_records \d+$/m,
    /^karibu_fsync_total [1-9]/m,
    /^karibu_fsync_seconds_total \d/m,
    /^karibu_sessions_open 1$/m,
  ])
    expect(figures).toMatch(figure);
  expect(await getFrom("127.0.0.9", httpPort, "/api/state")).toMatch(/^404/);

  // Killed in the middle; what was acknowledged before and what comes while it is away are both there in the end.
  for (const site of [one, two]) await site.nas.account(session(site, "interim", 60), acct);
  await host.kill("SIGKILL");
  const meanwhile = one.nas.account(session(one, "interim", 120), acct);
  // It needs no token any more. Another port than before, as it has any free one.
  host = await start({ KARIBU_ENROL_TOKEN: "" });
  await meanwhile;
  for (const site of [one, two, three]) await site.nas.account(session(site, "stop", 180), acct);
  const sessionsOf = async (site: HostedLab) =>
    (await ok("GET", `/api/v1/sessions?siteId=${site.siteId}`, token)).items as {
      inputBytes: number;
      state?: string;
    }[];
  for (const site of [one, two, three])
    await until(
      "its session is at the hub, once, with all it used",
      async () => {
        const sessions = await sessionsOf(site);
        return sessions.length === 1 && sessions[0]?.inputBytes === 180;
      },
      60_000,
    );

  // One goes, another comes; the process is the same, and the others don't notice.
  await ok("PUT", `/api/v1/sites/${two.siteId}/hosting`, token, { hosted: false });
  const four = await hostOne(token, plan.planId, "Four", "127.0.0.5");
  await until("the new one is online", isOnline(four), 60_000);
  await until("it holds its batch", followsAll(four), 60_000);
  await until("the old one is gone", async () => (await siteOf(two)).state === "offline", 60_000);
  expect(await siteOf(two)).toMatchObject({ hosted: false });
  expect(await four.nas.logIn(four.code, hostOf(four), auth)).toBe("accept");
  expect(await one.nas.logIn(one.code, hostOf(one), auth)).toBe("accept");
  expect((await readdir(join(data, "sites"))).sort()).toEqual(
    [one, two, three, four].map(({ siteId }) => siteId).sort(),
  );
  const own = await (await fetch(`http://127.0.0.1:${host.httpPort}/metrics`)).text();
  expect(own).toContain("karibu_hosted_sites_running 3");

  // Hosted again in the same folder, it continues.
  await ok("PUT", `/api/v1/sites/${two.siteId}/hosting`, token, { hosted: true });
  await until("it is back", isOnline(two), 60_000);
  expect(await sessionsOf(two)).toHaveLength(1);

  // A host that loses its right: its sites' devices are worthless, and it runs nothing any more.
  const [{ hostId }] = (await ok("GET", "/api/v1/platform/hosts", admin)).items;
  expect(await ok("POST", `/api/v1/platform/hosts/${hostId}/revoke`, admin)).toMatchObject({ state: "revoked" });
  for (const site of [one, two, three, four])
    await until("it is cut off", async () => (await siteOf(site)).state === "revoked", 60_000);
  const http = host.httpPort;
  await until(
    "nothing runs",
    async () => (await (await fetch(`http://127.0.0.1:${http}/metrics`)).text()).includes("sites_running 0"),
    60_000,
  );
  const again = await lab.call("PUT", `/api/v1/sites/${one.siteId}/hosting`, { token, body: { hosted: true } });
  expect(again).toMatchObject({ status: 409, body: { code: "no-host" } });
}, 240_000);
