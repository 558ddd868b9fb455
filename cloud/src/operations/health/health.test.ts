import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { admin, useHub } from "../../test-hub.ts";
import { judgeSecurity } from "./health-routes.ts";

const proxied: Record<string, string>[] = [
  { Forwarded: "for=203.0.113.9" },
  { "X-Real-IP": "203.0.113.9" },
  { "X-Forwarded-For": "127.0.0.1" },
  { "X-Forwarded-Proto": "https" },
  { "X-Forwarded-Host": "hub.example.com" },
  { Via: "1.1 proxy" },
  { "CF-Connecting-IP": "203.0.113.9" },
  { "True-Client-IP": "203.0.113.9" },
];

engineSuite("health", (engine) => {
  const hub = useHub(engine);

  test("[SYS-06] overall, ping, database, routers and security answer", async () => {
    const body = async (path: string) => {
      const answer = await hub.call("GET", path);
      expect([path, answer.status]).toEqual([path, 200]);
      return answer.body;
    };
    expect(await body("/health")).toMatchObject({ status: "ok", database: { status: "ok", engine }, links: 0 });
    expect(await body("/health/ping")).toEqual({ status: "ok" });
    expect(await body("/health/database")).toMatchObject({ status: "ok", engine });
    const { token, providerId } = await hub.makeProvider("Alpha");
    const { site } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "One" } })).body;
    expect(await body("/health/routers")).toEqual({ online: 0, offline: 0, pending: 1 });
    const device = { providerId, siteId: site.siteId, publicKey: "key", enrolledAtMs: 1 };
    await hub.database().asPlatform("test", (tx) =>
      tx
        .insertInto("agents")
        .values({ ...device, revokedAtMs: null })
        .execute(),
    );
    expect(await body("/health/routers")).toEqual({ online: 0, offline: 1, pending: 0 });
    // A revoked site does not count as offline: nobody expects it.
    await hub.call("POST", `/api/v1/sites/${site.siteId}/revoke`, { token });
    expect(await body("/health/routers")).toEqual({ online: 0, offline: 0, pending: 0 });
    expect((await body("/health/security")).findings.map((one: { name: string }) => one.name)).toEqual([
      "master-key",
      "https",
    ]);
  });

  test("[SYS-07] metrics are for this machine and for platform admins", async () => {
    expect((await hub.call("GET", "/metrics")).text).toContain(
      'karibu_http_requests_total{method="GET",path="/health"',
    );
    const outside = { "X-Forwarded-For": "203.0.113.9" };
    expect((await hub.call("GET", "/metrics", { headers: outside })).status).toBe(401);
    const token = await hub.adminToken();
    expect((await hub.call("GET", "/metrics", { headers: outside, token })).status).toBe(200);
    expect((await hub.call("GET", "/health/security", { headers: outside })).status).toBe(401);
    // A proxy on this machine hands on what strangers ask, and each names them in its own way.
    for (const path of ["/metrics", "/health/security", "/health/routers", "/api/v1/platform/health"]) {
      for (const headers of proxied) {
        const { status } = await hub.call("GET", path, { headers });
        // 421: a name of no provider of this hub.
        expect([path, headers, status === 421 ? 401 : status]).toEqual([path, headers, 401]);
      }
      expect((await hub.call("GET", path)).status).toBe(200);
      // What nginx sends for a bare `proxy_pass http://127.0.0.1:8000`.
      expect([path, await statusLine(`GET ${path} HTTP/1.0`)]).toEqual([path, "HTTP/1.1 401 Unauthorized"]);
      expect([path, await statusLine(`GET ${path} HTTP/1.1`)]).toEqual([path, "HTTP/1.1 200 OK"]);
      // A proxy that names nobody and keeps the name that was asked for.
      expect([path, await statusLine(`GET ${path} HTTP/1.1`, "hub.test")]).toEqual([path, "HTTP/1.1 401 Unauthorized"]);
    }
  });

  /** Of the answer to a request that names no more than a host: this machine, unless another one is said. */
  async function statusLine(requestLine: string, named?: string): Promise<string> {
    const { port } = new URL(hub.url());
    const socket = connect({ host: "127.0.0.1", port: Number(port) });
    socket.write(`${requestLine}\r\nHost: ${named ?? `127.0.0.1:${port}`}\r\nConnection: close\r\n\r\n`);
    const [line = ""] = (await text(socket)).split("\r\n");
    return line;
  }

  test("[SYS-06] each part with its grade, figures and what to do, for this machine and for platform admins", async () => {
    const read = async () => (await hub.call("GET", "/api/v1/platform/health")).body;
    const first = await read();
    const names = first.parts.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["database", "jobs", "mail", "channels", "agents", "backup", "upkeep", "disk"]);
    const part = (of: { parts: { name: string }[] }, name: string) => of.parts.find((one) => one.name === name);
    expect(part(first, "database")).toMatchObject({ grade: "good", figures: { engine } });
    expect(part(first, "backup")).toMatchObject({ grade: "doubtful", text: "never taken", figures: { ageMs: null } });
    expect(part(first, "disk")).toMatchObject({ grade: "good", figures: { freeBytes: 50e9 } });
    const token = await hub.adminToken();
    // It is not sealed: no program takes everything away.
    const scopes = ["backups.manage", "backups.download"];
    const wanted = { name: "nightly", scopes, password: admin.password };
    const program = (await hub.call("POST", "/api/v1/tokens", { token, body: wanted })).body;
    const byProgram = await hub.call("GET", "/api/v1/platform/backup", { token: program.token });
    expect(byProgram.body).toMatchObject({ status: 403, code: "not-allowed" });
    expect((await hub.call("GET", "/api/v1/platform/backup", { token })).status).toBe(200);
    const now = await read();
    expect(part(now, "backup")).toMatchObject({ grade: "good", text: "0 hours old", advice: null });
    // The clock was ahead when it was taken, and is set: how old it is, nobody knows.
    hub.moveClock(-3_600_000);
    expect(part(await read(), "backup")).toMatchObject({ grade: "doubtful", text: "never taken" });
    hub.moveClock(3_600_000 + 3 * 86_400_000);
    expect(part(await read(), "backup")).toMatchObject({ grade: "doubtful", text: "72 hours old" });
    const outside = { "X-Forwarded-For": "203.0.113.9" };
    expect((await hub.call("GET", "/api/v1/platform/health", { headers: outside })).status).toBe(401);
    const owner = await hub.makeProvider("Healthy");
    expect((await hub.call("GET", "/api/v1/platform/health", { token: owner.token })).status).toBe(403);
  });

  test("[SYS-17] the latest log lines: all for platform admins, a provider's own for its owner, filtered and paged", async () => {
    const [mine, theirs] = [await hub.makeProvider("Log-one"), await hub.makeProvider("Log-two")];
    const asked = await hub.call("GET", "/api/v1/plans", { token: mine.token });
    const requestId = asked.headers.get("x-request-id") as string;
    await hub.call("GET", "/api/v1/plans", { token: theirs.token });
    hub.world.log.warn("channel-refused", { providerId: mine.providerId, phone: "254712345678", stack: "at x.ts" });
    const token = await hub.adminToken();
    const read = async (path: string, by = token) => (await hub.call("GET", path, { token: by })).body;
    const one = await read(`/api/v1/platform/logs?requestId=${requestId}`);
    expect(one.items).toMatchObject([
      {
        level: "info",
        event: "request",
        providerId: mine.providerId,
        fields: { path: "/api/v1/plans", status: 200 },
      },
    ]);
    const warned = await read(`/api/v1/platform/logs?level=warn&providerId=${mine.providerId}`);
    expect(warned.items[0]).toMatchObject({
      event: "channel-refused",
      fields: { phone: "[hidden]", stack: "at x.ts" },
    });
    const own = await read("/api/v1/logs?limit=100", mine.token);
    expect(new Set(own.items.map((line: { providerId: string }) => line.providerId))).toEqual(
      new Set([mine.providerId]),
    );
    const [line] = (await read("/api/v1/logs?q=CHANNEL-refused", mine.token)).items;
    expect(line.fields).toEqual({ phone: "[hidden]" });
    const page = await read("/api/v1/platform/logs?limit=2");
    const next = await read(`/api/v1/platform/logs?limit=2&cursor=${page.nextCursor}`);
    expect(next.items[0].seq).toBe(page.items[1].seq - 1);
    expect((await hub.call("GET", "/api/v1/platform/logs", { token: mine.token })).status).toBe(403);
  });

  test("[SYS-13] every answer carries the strict headers and a request id", async () => {
    const { headers } = await hub.call("GET", "/health");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("a body that is too large, no JSON, or of another type is refused by what is wrong with it", async () => {
    const post = async (body: string, type = "application/json") =>
      (await hub.call("POST", "/api/v1/login", { body, headers: { "Content-Type": type } })).body;
    expect(await post(JSON.stringify({ email: "x".repeat(70_000) }))).toMatchObject({ status: 413, field: "body" });
    expect(await post("{")).toMatchObject({ status: 400, code: "not-json", field: "body" });
    expect(await post("email=x", "application/x-www-form-urlencoded")).toMatchObject({
      status: 415,
      field: "Content-Type",
    });
    expect(await post('{"email":"a@b.ke"}')).toMatchObject({ status: 400, field: "password" });
  });
});

test("[SYS-06] a key beside its data and a plain URL are found; a key from outside and https are fine", () => {
  const statuses = (facts: Parameters<typeof judgeSecurity>[0]) => judgeSecurity(facts).map((one) => one.status);
  expect(statuses({ masterKeyFrom: "key-file", publicUrl: "http://hub" })).toEqual(["warning", "warning"]);
  expect(statuses({ masterKeyFrom: "setting", publicUrl: "https://hub" })).toEqual(["ok", "ok"]);
});
