import { request as httpRequest } from "node:http";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { afterEach, expect, test } from "vitest";
import { createSimulatedWorld } from "../../world/simulated-world.ts";
import { chapLogInPage } from "../hotspot/pages.ts";
import type { RouterOptions } from "../model/router-options.ts";
import { chapResponse } from "../radius/nas.ts";
import { clearPassword } from "../radius/radius-wire.ts";
import { openRadiusResponder, type RadiusResponder } from "../radius/test-radius-responder.ts";
import { listenHttp, serveHotspot } from "./hotspot-http.ts";
import { createRouter, type Router } from "./router.ts";

const secret = "real sockets";
const nodeUdp = createNodeUdp();
let closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});

interface Place {
  readonly router: Router;
  readonly radius: RadiusResponder;
  readonly url: string;
  readonly port: number;
}

/** A router on loopback sockets whose RADIUS knows sara, by PAP and by CHAP. */
async function place(options: Partial<RouterOptions> = {}, loginPage?: string): Promise<Place> {
  const world = createSimulatedWorld();
  const radius = await openRadiusResponder(nodeUdp, secret, (request) => {
    if (request.code === "Accounting-Request") return { code: "Accounting-Response" };
    const [chap] = request.all("CHAP-Password");
    const [challenge] = request.all("CHAP-Challenge");
    const fits =
      request.text("User-Name") === "sara" &&
      (Buffer.isBuffer(chap) && Buffer.isBuffer(challenge)
        ? chapResponse(chap[0] ?? 0, "s&cret", challenge).equals(chap.subarray(1))
        : clearPassword(request, secret) === "s&cret");
    return fits
      ? { code: "Access-Accept", attributes: [["Session-Timeout", 3600]] }
      : { code: "Access-Reject", attributes: [["Reply-Message", "No such name & password."]] };
  });
  const { server, port } = await listenHttp(0);
  const url = `http://127.0.0.1:${port}`;
  const radiusServers = [{ address: "127.0.0.1", authPort: radius.authPort, acctPort: radius.acctPort, secret }];
  const router = createRouter(
    world,
    nodeUdp,
    { radiusServers, incomingPort: 0, hotspotUrl: url, portalUrl: "http://portal.test:8002/?site=1", ...options },
    loginPage ? { login: loginPage } : {},
  );
  serveHotspot(world, router, server);
  await router.boot();
  closers.push(
    () => radius.close(),
    () => router.powerCut(),
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
  );
  return { router, radius, url, port };
}

/** fetch can't set Host, and follows redirects. */
function get(
  place: Place,
  path: string,
  options: { host?: string; form?: Record<string, string>; from?: string } = {},
) {
  const body = options.form ? new URLSearchParams(options.form).toString() : undefined;
  return new Promise<{ status: number; location: string | null; body: string }>((resolve, reject) => {
    const request = httpRequest(
      {
        host: "127.0.0.1",
        port: place.port,
        path,
        localAddress: options.from ?? "127.0.0.1",
        method: body === undefined ? "GET" : "POST",
        headers: {
          Host: options.host ?? `127.0.0.1:${place.port}`,
          ...(body === undefined ? {} : { "Content-Type": "application/x-www-form-urlencoded" }),
        },
      },
      (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? null, body: text }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

test("any request of an unauthenticated client is redirected to the log-in page, and that page to the portal with the phone's identity and destination", async () => {
  const here = await place();
  const probe = await get(here, "/generate_204?a=1&b=2", { host: "connectivitycheck.gstatic.com" });
  expect(probe.status).toBe(302);
  const orig = "http://connectivitycheck.gstatic.com/generate_204?a=1&b=2";
  expect(probe.location).toBe(`${here.url}/login?dst=${encodeURIComponent(orig)}`);
  const page = await get(here, probe.location?.slice(here.url.length) ?? "");
  expect(page.status).toBe(200);
  const target = /url=([^"]*)"/.exec(page.body)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const portal = new URL(target);
  expect(portal.origin).toBe("http://portal.test:8002");
  expect(Object.fromEntries(portal.searchParams)).toEqual({
    site: "1",
    mac: "02:4B:7F:00:00:01",
    ip: "127.0.0.1",
    login: `${here.url}/login`,
    dst: orig,
    err: "",
    srv: "hotspot1",
    pap: "yes",
    chapId: expect.stringMatching(/^(\\[0-7]{3})$/),
    chapChallenge: expect.stringMatching(/^(\\[0-7]{3}){16}$/),
  });
});

test("[POR-03] the portal's form post logs in by PAP, leads to dst, and the client is on the internet until it logs out", async () => {
  const here = await place();
  const dst = "http://example.com/news";
  const posted = await get(here, "/login", { form: { username: "sara", password: "s&cret", dst } });
  expect([posted.status, posted.location]).toEqual([302, dst]);
  const page = await get(here, "/news", { host: "example.com" });
  expect(page.body).toContain("You are online");
  expect(here.router.client("127.0.0.1").usedBytes().down).toBeGreaterThan(page.body.length);
  expect((await get(here, "/generate_204", { host: "connectivitycheck.gstatic.com" })).status).toBe(204);
  expect((await get(here, "/status")).body).toContain("Time left: 1h");
  expect((await get(here, "/logout")).body).toContain("logged out");
  expect((await get(here, "/", { host: "example.com" })).status).toBe(302);
});

test("without dst the log-in leads to the status page; a GET with name and password logs in too", async () => {
  const here = await place();
  const answer = await get(here, "/login?username=sara&password=s%26cret");
  expect([answer.status, answer.location]).toEqual([302, `${here.url}/status`]);
});

test("a dst that is no web address is dropped", async () => {
  const here = await place();
  const answer = await get(here, "/login", {
    form: { username: "sara", password: "s&cret", dst: "javascript:alert(1)" },
  });
  expect(answer.location).toBe(`${here.url}/status`);
});

test("a CHAP page shows id and challenge in backslash octal, and the browser's MD5 logs in", async () => {
  const here = await place({}, chapLogInPage);
  const page = await get(here, "/login");
  const [, id = "", challenge = ""] = /id: '([^']*)', challenge: '([^']*)'/.exec(page.body) ?? [];
  const bytes = (text: string) =>
    Buffer.from((text.match(/\\[0-7]{3}/g) ?? []).map((octal) => Number.parseInt(octal.slice(1), 8)));
  expect(bytes(challenge)).toHaveLength(16);
  const password = chapResponse(bytes(id)[0] ?? 0, "s&cret", bytes(challenge)).toString("hex");
  expect((await get(here, "/login", { form: { username: "sara", password } })).status).toBe(302);
  const [request] = here.radius.received;
  expect(request?.all("User-Password")).toEqual([]);
  expect(request?.all("CHAP-Password")).toHaveLength(1);
});

test("with CHAP alone a plain password is not sent to RADIUS", async () => {
  const here = await place({ loginBy: ["http-chap"] });
  const page = await get(here, "/login", { form: { username: "sara", password: "s&cret" } });
  expect(page.body).toContain("did not send challenge response");
  expect(here.radius.received).toEqual([]);
});

test("a rejected log-in shows the page again, with RADIUS' Reply-Message for the portal, unescaped as RouterOS prints it", async () => {
  const here = await place();
  const page = await get(here, "/login", { form: { username: "sara", password: "wrong" } });
  expect(page.status).toBe(200);
  const target = new URL(/url=([^"]*)"/.exec(page.body)?.[1]?.replaceAll("&amp;", "&") ?? "");
  expect(target.searchParams.get("err")).toBe("No such name ");
});

test("each source address is a separate host", async () => {
  const here = await place();
  await get(here, "/login", { form: { username: "sara", password: "s&cret" } });
  expect((await get(here, "/", { host: "example.com", from: "127.0.0.2" })).status).toBe(302);
  expect(here.router.running?.hotspot.hosts().map(({ phone }) => phone.mac)).toEqual([
    "02:4B:7F:00:00:01",
    "02:4B:7F:00:00:02",
  ]);
});

test("without power a connection dies, and with the WAN down an authorised client gets no page", async () => {
  const here = await place();
  await get(here, "/login", { form: { username: "sara", password: "s&cret" } });
  here.router.knobs.wan = "down";
  expect((await get(here, "/", { host: "example.com" })).status).toBe(504);
  await here.router.powerCut();
  await expect(get(here, "/")).rejects.toThrow();
  await here.router.boot();
  expect((await get(here, "/", { host: "example.com" })).status).toBe(302);
});

test("a form of a megabyte is refused and nothing else happens", async () => {
  const here = await place();
  const answer = await get(here, "/login", { form: { username: "x".repeat(1_000_000) } }).catch(() => ({
    status: 413,
  }));
  expect(answer.status).toBe(413);
  expect((await get(here, "/login")).status).toBe(200);
});
