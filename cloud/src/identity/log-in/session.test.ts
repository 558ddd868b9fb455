import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { hubSuite, ownerPassword } from "../../test-hub.ts";

hubSuite("a browser's log-in", (hub) => {
  const fromConsole = () => ({ "Karibu-Console": "1", Origin: hub.url() });
  const enter = async (email: string, cookie?: string) => {
    const headers = { ...fromConsole(), ...(cookie === undefined ? {} : { Cookie: cookie }) };
    const answer = await hub.call("POST", "/api/v1/session", { body: { email, password: ownerPassword }, headers });
    const set = answer.headers.getSetCookie().find((one) => one.startsWith("karibu_session=")) ?? "";
    return { answer, set, cookie: set.split(";")[0] as string };
  };
  const refresh = (cookie: string, headers: Record<string, string> = fromConsole()) =>
    hub.call("POST", "/api/v1/session/refresh", { headers: { ...headers, Cookie: cookie } });
  const isIn = async (token: string) => (await hub.call("GET", "/api/v1/user", { token })).status === 200;

  test("[TEN-08] each tab gets a token of its own by the cookie, which no script reads and no other site sends; log-out ends them all", async () => {
    const { ownerEmail } = await hub.makeProvider("Alpha");
    const { answer, set, cookie } = await enter(ownerEmail);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ user: { email: ownerEmail }, expiresAtMs: expect.any(Number) });
    expect(answer.body).not.toHaveProperty("refreshToken");
    expect(set).toMatch(/; Path=\/api\/v1\/session; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    const tabs = await Promise.all([refresh(cookie), refresh(cookie), refresh(cookie)]);
    const tokens = [answer, ...tabs].map(({ body }) => body.token as string);
    expect(new Set(tokens).size).toBe(4);
    for (const token of tokens) expect(await isIn(token)).toBe(true);
    const logins = await hub.call("GET", "/api/v1/user/logins", { token: tokens[0] as string });
    expect(logins.body.items.filter((one: { inBrowser: boolean }) => one.inBrowser)).toEqual([
      expect.objectContaining({ current: true }),
    ]);
    const out = await hub.call("DELETE", "/api/v1/session", { headers: { ...fromConsole(), Cookie: cookie } });
    expect([out.status, out.headers.get("set-cookie")]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    for (const token of tokens) expect(await isIn(token)).toBe(false);
    expect((await refresh(cookie)).body).toMatchObject({ status: 401, code: "refresh-refused" });
  });

  test("[TEN-08] a request that another site could send is refused: without the header, from another origin, or from none", async () => {
    const { ownerEmail } = await hub.makeProvider("Beta");
    const { cookie, answer } = await enter(ownerEmail);
    const { "Karibu-Console": header, Origin } = fromConsole();
    const refused = [
      { Origin },
      { "Karibu-Console": header, Origin: "https://evil.test" },
      { "Karibu-Console": header, Origin: Origin.replace("http:", "https:") },
      { "Karibu-Console": header, Origin: "null" },
      { "Karibu-Console": header },
      { "Karibu-Console": header, Origin, "Sec-Fetch-Site": "cross-site" },
      { "Karibu-Console": header, Origin, "Sec-Fetch-Site": "same-site" },
    ];
    for (const headers of refused as Record<string, string>[]) {
      expect((await refresh(cookie, headers)).body, JSON.stringify(headers)).toMatchObject({ code: "other-origin" });
      const out = await hub.call("DELETE", "/api/v1/session", { headers: { ...headers, Cookie: cookie } });
      expect(out.status).toBe(403);
    }
    expect(await isIn(answer.body.token)).toBe(true);
  });

  test("[TEN-08] where one is logged in has the browser's name, in words of ours, and when it was really used last", async () => {
    const { ownerEmail } = await hub.makeProvider("Kifaa");
    const agent = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 <b>Chrome/130.0</b> Mobile Safari/537.36";
    const body = { email: ownerEmail, password: ownerPassword };
    const headers = { ...fromConsole(), "User-Agent": agent };
    const { token } = (await hub.call("POST", "/api/v1/session", { body, headers })).body;
    await hub.call("POST", "/api/v1/login", { body });
    const listed = async () => {
      const { items } = (await hub.call("GET", "/api/v1/user/logins", { token })).body;
      const [mine] = items.filter((one: { current: boolean }) => one.current);
      return { mine, names: items.map((one: { browser: string | null }) => one.browser) };
    };
    const first = await listed();
    expect([...first.names].sort()).toEqual(["Chrome, Android", null, null]); // the test's own, too
    hub.moveClock(10 * 60_000);
    expect((await listed()).mine.lastUsedAtMs).toBeGreaterThanOrEqual(first.mine.lastUsedAtMs + 10 * 60_000);
    hub.moveClock(-10 * 60_000);
  });

  test("[TEN-08] what was opened while the hub's clock was years ahead is over when it is set right, and nothing is for a few hours", async () => {
    const { ownerEmail } = await hub.makeProvider("Sigma");
    const body = { email: ownerEmail, password: ownerPassword };
    const open = async () => {
      const { cookie, answer } = await enter(ownerEmail);
      const script = (await hub.call("POST", "/api/v1/login", { body })).body as {
        token: string;
        refreshToken: string;
      };
      const letters = () => hub.letters().filter(({ to }) => to === ownerEmail).length;
      const before = letters();
      await hub.call("POST", "/api/v1/password-reset", { body: { email: ownerEmail } });
      await expect.poll(letters, { timeout: 20_000 }).toBeGreaterThan(before);
      return { cookie, tab: answer.body.token as string, script, link: await hub.mailedToken(ownerEmail) };
    };
    const stands = async ({ cookie, tab, script, link }: Awaited<ReturnType<typeof open>>) => [
      await isIn(tab),
      await isIn(script.token),
      (await refresh(cookie)).status,
      (await hub.call("POST", "/api/v1/refresh", { body: { refreshToken: script.refreshToken } })).status,
      (await hub.call("POST", "/api/v1/password-reset/confirm", { body: { token: link, password: ownerPassword } }))
        .status,
    ];
    const years = 3 * 365 * 86_400_000;
    hub.moveClock(years);
    const ahead = await open();
    hub.moveClock(-years);
    expect(await stands(ahead)).toEqual([false, false, 401, 401, 400]);
    hub.moveClock(10 * 3_600_000);
    const little = await open();
    hub.moveClock(-10 * 3_600_000);
    expect(await stands(little)).toEqual([true, true, 200, 200, 204]);
  });

  test("an access token ends after an hour, the cookie after thirty days without use; a new log-in ends the one before it", async () => {
    const { ownerEmail } = await hub.makeProvider("Gamma");
    const { cookie, answer } = await enter(ownerEmail);
    hub.moveClock(3_600_001);
    expect(await isIn(answer.body.token)).toBe(false);
    const renewed = await refresh(cookie);
    expect(await isIn(renewed.body.token)).toBe(true);
    expect(renewed.headers.get("set-cookie")).toContain(cookie);
    const next = await enter(ownerEmail, cookie);
    expect(next.cookie).not.toBe(cookie);
    expect(await isIn(renewed.body.token)).toBe(false);
    hub.moveClock(31 * 24 * 3_600_000);
    expect((await refresh(next.cookie)).status).toBe(401);
  });

  test("[TEN-08] a browser asks for the password again after ninety days, however much it was used", async () => {
    const { ownerEmail } = await hub.makeProvider("Zeta");
    const { cookie } = await enter(ownerEmail);
    const days = (count: number) => hub.moveClock(count * 24 * 3_600_000);
    for (let month = 0; month < 3; month++) {
      days(29);
      const renewed = await refresh(cookie);
      expect(renewed.status).toBe(200);
      const seconds = Number(/Max-Age=(\d+)/.exec(renewed.headers.get("set-cookie") ?? "")?.[1]);
      expect(Math.round(seconds / 86_400)).toBe(month < 2 ? 30 : 3);
    }
    days(4);
    expect((await refresh(cookie)).body).toMatchObject({ status: 401, code: "refresh-refused" });
  });

  longTest("a browser holds the tokens of its forty newest tabs", async () => {
    const { ownerEmail } = await hub.makeProvider("Eta");
    const { cookie, answer } = await enter(ownerEmail);
    let last = answer.body.token as string;
    for (let tab = 0; tab < 40; tab++) {
      hub.moveClock(1);
      last = (await refresh(cookie)).body.token;
    }
    expect(await isIn(answer.body.token)).toBe(false);
    expect(await isIn(last)).toBe(true);
  });

  test("the cookie is no bearer token and no refresh token, and a script's refresh token is no cookie", async () => {
    const { ownerEmail } = await hub.makeProvider("Delta");
    const { cookie } = await enter(ownerEmail);
    const value = cookie.split("=")[1] as string;
    expect(await isIn(value)).toBe(false);
    expect((await hub.call("POST", "/api/v1/refresh", { body: { refreshToken: value } })).status).toBe(401);
    const script = await hub.call("POST", "/api/v1/login", { body: { email: ownerEmail, password: ownerPassword } });
    expect((await refresh(`karibu_session=${script.body.refreshToken}`)).status).toBe(401);
    expect((await refresh(cookie)).status).toBe(200);
  });

  test("a person who is switched off, or changes the password, is out of every tab", async () => {
    const { token } = await hub.makeProvider("Epsilon");
    const body = { email: "staff@epsilon.test", name: "Staff", role: "support", password: ownerPassword };
    const { userId } = (await hub.call("POST", "/api/v1/users", { token, body })).body;
    const { cookie, answer } = await enter(body.email);
    await hub.call("PATCH", `/api/v1/users/${userId}`, { token, body: { active: false } });
    expect(await isIn(answer.body.token)).toBe(false);
    expect((await refresh(cookie)).status).toBe(401);
  });

  // Last: it uses up what an address may try, by the time that passes, not by the clock that tests move.
  test("[TEN-08] bad refreshes from an office's address shut none of its consoles, nor its links of letters", async () => {
    const { ownerEmail, token } = await hub.makeProvider("Ofisi");
    const { cookie } = await enter(ownerEmail);
    const script = await hub.call("POST", "/api/v1/login", { body: { email: ownerEmail, password: ownerPassword } });
    const bad = await Promise.all(Array.from({ length: 300 }, () => refresh("karibu_session=nonsense")));
    expect(bad.map(({ status }) => status)).toContain(429);
    expect((await refresh(cookie)).status).toBe(200);
    const { refreshToken } = script.body;
    expect((await hub.call("POST", "/api/v1/refresh", { body: { refreshToken } })).status).toBe(200);
    const guest = { email: "guest@ofisi.test", name: "Guest", role: "support" };
    const { link } = (await hub.call("POST", "/api/v1/invitations", { token, body: guest })).body;
    const accept = (of: string) =>
      hub.call("POST", "/api/v1/invitations/accept", { body: { token: of, password: "chosen-by-the-guest" } });
    const wrong = await Promise.all(Array.from({ length: 60 }, () => accept("nonsense")));
    expect(wrong.map(({ status }) => status)).toContain(429);
    expect((await accept(link.split("/").at(-1))).status).toBe(201);
  });
});
