/** A phone logs out where there is no API: by RADIUS, and done is what the router's Stop says. */
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { CoaAnswer } from "../ground/dynamic-authorization.ts";
import { openSessions } from "../state/site-state.ts";
import type { Device } from "./portal-access.ts";
import { createTestSite, endingCodes, logInRequest, reportOf } from "./test-site.ts";

const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };
const neighbour = { mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" };

async function siteWith(router: { readonly answer: CoaAnswer; readonly stops: boolean; readonly isGivenUp?: true }) {
  const world = createSimulatedWorld();
  const asked: string[] = [];
  const site = createTestSite(world, {
    file: endingCodes,
    coa: {
      async disconnect({ sessionId, user, address, mac }) {
        asked.push(sessionId);
        if (router.stops)
          await site.access.account(
            reportOf("stop", { sessionId, user, address: address ?? "", mac: mac ?? "", online: 9 }),
          );
        const given = openSessions(site.state).find((session) => session.sessionId === sessionId);
        if (router.isGivenUp && given !== undefined) void site.access.closeAsLost(given, "silent");
        return router.answer;
      },
    },
  });
  /** By the voucher form of the hotspot: the code as the name, PAP. */
  const enter = async (code: string, host: typeof phone, sessionId: string, nas = "router") => {
    const decision = site.access.logIn(logInRequest(code, "", { nas, ...host }));
    if (decision.kind === "reject") throw new Error(decision.reason);
    await site.access.account(reportOf("start", { nas, user: code, ...host, sessionId, grantId: decision.grantId }));
  };
  await enter("HOUR1", phone, "80100001");
  await enter("TEN10", neighbour, "80100002");
  const logOut = (device: Partial<Device>) =>
    passTimeUntil(
      world,
      site.portalAccess.endSessions?.({ token: "t", ...phone, ...device } as Device) ?? Promise.resolve(false),
      100,
    );
  const online = () => openSessions(site.state).map(({ sessionId }) => sessionId);
  return { asked, enter, logOut, online };
}

test("[POR-03] a session of the voucher form ends by a Disconnect-Request, and the neighbour's goes on", async () => {
  const site = await siteWith({ answer: "ack", stops: true });
  expect(await site.logOut({})).toBe(true);
  expect([site.asked, site.online()]).toEqual([["80100001"], ["80100002"]]);
});

test.each([
  ["acknowledges and does nothing", "ack"],
  ["knows no such session", "nak"],
  ["does not answer", "no-answer"],
] as const)("[POR-03] a router that %s: it is not said that the phone is logged out", async (_, answer) => {
  const site = await siteWith({ answer, stops: false });
  expect(await site.logOut({})).toBe(false);
  expect(site.online()).toEqual(["80100001", "80100002"]);
});

test("[POR-03] a session that the site gives up as silent while the phone waits is not said to be ended: the router has not said so", async () => {
  const site = await siteWith({ answer: "no-answer", stops: false, isGivenUp: true });
  expect(await site.logOut({})).toBe(false);
  expect(site.online()).toEqual(["80100002"]);
});

test("[POR-03] nobody ends a neighbour's session by naming its address or its MAC", async () => {
  const site = await siteWith({ answer: "ack", stops: true });
  for (const claims of ["address", "mac-and-address"] as const)
    expect(await site.logOut({ ...neighbour, claims } as Partial<Device>)).toBe(false);
  expect([site.asked, site.online()]).toEqual([[], ["80100001", "80100002"]]);
});

test("[POR-03] two routers give the same addresses: whoever has the phone's address at the other one stays online", async () => {
  const site = await siteWith({ answer: "ack", stops: true });
  await site.enter("DATA1", { mac: "AA:BB:CC:DD:EE:03", address: phone.address }, "80300001", "10.5.0.2");
  expect(await site.logOut({ claims: "mac" })).toBe(true);
  expect([site.asked, site.online()]).toEqual([["80100001"], ["80100002", "80300001"]]);
});
