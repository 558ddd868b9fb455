import { beforeAll, expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";

hubSuite("hosting of a hub with a host", (hub) => {
  let admin = "";
  let token = "";
  let hostId = "";

  const makeHost = () => hub.call("POST", "/api/v1/platform/hosts", { token: admin, body: { name: "beside the hub" } });
  beforeAll(async () => {
    admin = await hub.adminToken();
    token = (await hub.makeProvider("Hosted")).token;
    const made = await makeHost();
    const body = { token: made.body.enrolmentToken, publicKey: `${"H".repeat(43)}=` };
    hostId = (await hub.call("POST", "/enrol/host", { body })).body.siteId;
  });

  async function makeSite(name: string) {
    const { siteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name } })).body.site;
    const path = `/api/v1/sites/${siteId}`;
    const put = (hosted: boolean, headers: Record<string, string> = {}) =>
      hub.call("PUT", `${path}/hosting`, { token, body: { hosted }, headers });
    const key = (await hub.call("PUT", `${path}/tunnel`, { token, body: { publicKey: keyOf(name) } })).status;
    expect(key).toBe(200);
    return { siteId, path, put };
  }
  const keyOf = (name: string) => `${name.repeat(42)}A=`;
  const peers = () =>
    hub.database().asPlatform("test", (tx) => tx.selectFrom("wireguard_peers").select("siteId").execute());
  const isPeer = async (siteId: string) => (await peers()).some((peer) => peer.siteId === siteId);
  const hostedNow = async (siteId: string) => {
    const rows = await hub
      .database()
      .asPlatform("test", (tx) =>
        tx.selectFrom("hosted_sites").select(["hostId", "hostingId"]).where("siteId", "=", siteId).execute(),
      );
    return rows[0] ?? null;
  };

  test("[RTR-26] every router sends its RADIUS to one address, so there is one host at a time", async () => {
    expect(await makeHost()).toMatchObject({ status: 409, body: { code: "host-exists" } });
    const { siteId, put } = await makeSite("A");
    expect((await put(true)).body).toMatchObject({ hosted: true, radiusServer: "10.89.0.1" });
    expect(await hostedNow(siteId)).toMatchObject({ hostId });
  });

  test("of two who change the same hosting the second is told, and the audit names only what was done", async () => {
    const { siteId, path, put } = await makeSite("B");
    const etag = async () => (await hub.call("GET", `${path}/hosting`, { token })).headers.get("etag") as string;
    const before = await etag();
    const first = await put(true, { "If-Match": before });
    expect([first.status, first.headers.get("etag")]).toEqual([200, await etag()]);
    expect(first.body.radiusSecret).toEqual(expect.any(String));
    expect((await put(false, { "If-Match": before })).status).toBe(412);
    expect(await hostedNow(siteId)).not.toBeNull();
    const { items } = (await hub.call("GET", `/api/v1/audit?target=${siteId}`, { token })).body;
    const puts = items.filter((entry: { action: string }) => entry.action.endsWith("/hosting"));
    expect(puts).toHaveLength(1);
  });

  test("a hosted site stays in the tunnel that its RADIUS comes through", async () => {
    const { siteId, path, put } = await makeSite("C");
    await put(true);
    expect(await hub.call("DELETE", `${path}/tunnel`, { token })).toMatchObject({
      status: 409,
      body: { code: "hosted" },
    });
    expect(await isPeer(siteId)).toBe(true);
    await put(false);
    expect((await hub.call("DELETE", `${path}/tunnel`, { token })).status).toBe(204);
  });

  test.each(["DELETE", "revoke"])("%s of a site ends its hosting and its router's way into the tunnel", async (how) => {
    const { siteId, path, put } = await makeSite(how === "revoke" ? "D" : "E");
    const first = (await put(true)).body.radiusSecret;
    const hosting = await hostedNow(siteId);
    const answer =
      how === "DELETE"
        ? await hub.call("DELETE", path, { token })
        : await hub.call("POST", `${path}/revoke`, { token });
    expect(answer.status).toBeLessThan(300);
    expect([await hostedNow(siteId), await isPeer(siteId)]).toEqual([null, false]);
    if (how === "DELETE") return void expect((await put(true)).status).toBe(404);
    // Hosted again: its agent enrols again, with a secret that the stolen router does not know.
    expect((await put(true)).body.radiusSecret).not.toBe(first);
    expect((await hostedNow(siteId))?.hostingId).not.toBe(hosting?.hostingId);
  });

  test("[RTR-26] a host's token opens once, whatever is set of the hub's clock between: a second device with it gets no site's secrets, and a new machine gets in", async () => {
    const enrol = (enrolmentToken: string, letter: string) =>
      hub.call("POST", "/enrol/host", { body: { token: enrolmentToken, publicKey: `${letter.repeat(43)}=` } });
    const hourMs = 3_600_000;
    const newToken = async () => {
      const path = `/api/v1/platform/hosts/${hostId}/enrolment-token`;
      const made = await hub.call("POST", path, { token: await hub.adminToken() });
      expect(made.status, made.text).toBe(201);
      return made.body.enrolmentToken;
    };
    const first = await newToken();
    hub.moveClock(-hourMs);
    expect((await enrol(first, "K")).status).toBe(200);
    expect((await enrol(first, "K")).body.siteId).toBe(hostId);
    expect((await enrol(first, "T")).status).toBe(403);
    hub.moveClock(3 * hourMs);
    const second = await newToken();
    expect((await enrol(second, "L")).status).toBe(200);
    hub.moveClock(-2 * hourMs);
    const third = await newToken();
    expect((await enrol(third, "M")).body.siteId).toBe(hostId);
  });

  test("[RTR-26] a token that was made while the hub's clock was years ahead is good for no device once it is set: neither a host's nor a site's", async () => {
    const yearsMs = 3 * 365 * 86_400_000;
    hub.moveClock(yearsMs);
    const { token } = await hub.makeProvider("Ahead");
    const { siteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Hill" } })).body.site;
    const ofHost = await hub.call("POST", `/api/v1/platform/hosts/${hostId}/enrolment-token`, {
      token: await hub.adminToken(),
    });
    const ofSite = await hub.call("POST", `/api/v1/sites/${siteId}/enrolment-token`, { token });
    expect([ofHost.status, ofSite.status], ofSite.text).toEqual([201, 201]);
    hub.moveClock(-yearsMs);
    const enrol = (path: string, { enrolmentToken }: { enrolmentToken: string }) =>
      hub.call("POST", path, { body: { token: enrolmentToken, publicKey: `${"Q".repeat(43)}=` } });
    expect((await enrol("/enrol/host", ofHost.body)).status).toBe(403);
    expect((await enrol("/enrol/agent", ofSite.body)).status).toBe(403);
  });
});
