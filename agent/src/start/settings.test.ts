import { expect, test } from "vitest";
import { describeProblems, parseSettings } from "./settings.ts";

function problemsOf(environment: Record<string, string>): string[] {
  const parsed = parseSettings(environment);
  return "problems" in parsed ? parsed.problems.map(({ name }) => name) : [];
}

test("an empty environment is enough to start", () => {
  expect(parseSettings({ PATH: "/bin" })).toMatchObject({
    settings: {
      dataDir: "./data/agent",
      httpPort: 8002,
      radiusAuthPort: 1812,
      radiusAcctPort: 1813,
      radiusSecret: null,
      coaPort: 3799,
      router: null,
      hubUrl: null,
      siteFile: null,
      interimFlushSeconds: 60,
    },
  });
});

test("a name that is no setting is refused, a setting of the hub is none of ours", () => {
  expect(problemsOf({ KARIBU_RADIUS_SECRT: "x" })).toEqual(["KARIBU_RADIUS_SECRT"]);
  expect(problemsOf({ KARIBU_MASTER_KEY: "x", KARIBU_PUBLIC_URL: "http://x" })).toEqual([]);
});

test.each([
  ["KARIBU_HTTP_PORT", "80a"],
  ["KARIBU_HTTP_PORT", "70000"],
  ["KARIBU_HTTP_PORT", "-1"],
  ["KARIBU_RADIUS_AUTH_PORT", "1.5"],
  ["KARIBU_RADIUS_ACCT_PORT", "1812"],
  ["KARIBU_COA_PORT", "0"],
  ["KARIBU_COA_HOST", "a b"],
  ["KARIBU_HUB_URL", "hub.example.com"],
  ["KARIBU_HUB_URL", "ftp://hub.example.com"],
  ["KARIBU_LOG_LEVEL", "loud"],
  ["KARIBU_INTERIM_FLUSH_SECONDS", "1e9"],
  ["KARIBU_RADIUS_SECRET", "x".repeat(129)],
  ["KARIBU_HOSTED", "maybe"],
  ["KARIBU_INTERNAL_FLASH", "yes"],
])("a bad value of %s is refused by its name: %s", (name, value) => {
  expect(problemsOf({ [name]: value })).toEqual([name]);
});

test("[BEY-35] on a router's own flash interims wait longer in memory, unless a person says how long", () => {
  const secondsOf = (environment: Record<string, string>) => {
    const parsed = parseSettings(environment);
    return "settings" in parsed ? [parsed.settings.isOnFlash, parsed.settings.interimFlushSeconds] : [];
  };
  expect(secondsOf({})).toEqual([false, 60]);
  expect(secondsOf({ KARIBU_INTERNAL_FLASH: "1" })).toEqual([true, 300]);
  expect(secondsOf({ KARIBU_INTERNAL_FLASH: "1", KARIBU_INTERIM_FLUSH_SECONDS: "60" })).toEqual([true, 60]);
});

test("settings that need each other say so", () => {
  expect(problemsOf({ KARIBU_ENROL_TOKEN: "t" })).toEqual(["KARIBU_ENROL_TOKEN"]);
  expect(problemsOf({ KARIBU_ROUTER_HOST: "172.31.255.1" })).toEqual(["KARIBU_ROUTER_USER"]);
});

test("[RAD-18] RADIUS over TLS is off until it has a certificate, and says who may connect: the secret of TLS is no proof", () => {
  const secret = { KARIBU_RADIUS_SECRET: "x" };
  const pair = { KARIBU_RADSEC_CERTIFICATE: "/c.pem", KARIBU_RADSEC_KEY: "/k.pem" };
  const radsecOf = (environment: Record<string, string>) => {
    const parsed = parseSettings(environment);
    return "settings" in parsed ? parsed.settings.radsec : parsed.problems.map(({ name }) => name);
  };
  expect(radsecOf(secret)).toBeNull();
  expect(radsecOf({ ...secret, KARIBU_RADSEC_PORT: "2084" })).toBeNull();
  expect(radsecOf({ ...secret, KARIBU_RADSEC_CERTIFICATE: "/c.pem" })).toEqual(["KARIBU_RADSEC_KEY"]);
  expect(radsecOf({ ...secret, KARIBU_RADSEC_KEY: "/k.pem" })).toEqual(["KARIBU_RADSEC_KEY"]);
  expect(radsecOf({ ...secret, KARIBU_RADSEC_CA: "/ca.pem" })).toEqual(["KARIBU_RADSEC_CA"]);
  expect(radsecOf({ ...secret, ...pair })).toEqual(["KARIBU_RADSEC_CA"]);
  expect(radsecOf({ ...pair, KARIBU_RADSEC_CA: "/ca.pem" })).toEqual(["KARIBU_RADIUS_SECRET"]);
  expect(radsecOf({ ...secret, ...pair, KARIBU_RADSEC_CA: "/ca.pem" })).toEqual({
    port: 2083,
    certificate: "/c.pem",
    key: "/k.pem",
    ca: "/ca.pem",
    clients: null,
  });
  const listed = radsecOf({ ...secret, ...pair, KARIBU_RADIUS_CLIENTS: "10.9.0.0/24" });
  expect(listed).toMatchObject({ ca: null, clients: [{ range: "10.9.0.0/24" }, { range: "127.0.0.0/8" }] });
  const hosted = { KARIBU_HOSTED: "1", KARIBU_HUB_URL: "https://hub.example" };
  expect(radsecOf({ ...hosted, ...pair })).toMatchObject({ ca: null, clients: null });
});

test("a process that hosts many sites needs a hub, and has nothing of one site", () => {
  expect(parseSettings({ KARIBU_HOSTED: "1", KARIBU_HUB_URL: "https://hub.example" })).toMatchObject({
    settings: { hosted: true },
  });
  expect(problemsOf({ KARIBU_HOSTED: "1" })).toEqual(["KARIBU_HUB_URL"]);
  expect(problemsOf({ KARIBU_HOSTED: "yes" })).toEqual(["KARIBU_HOSTED"]);
  const ofOne = { KARIBU_RADIUS_SECRET: "x", KARIBU_SITE_FILE: "f", KARIBU_COA_HOST: "10.0.0.1" };
  expect(problemsOf({ KARIBU_HOSTED: "1", KARIBU_HUB_URL: "http://hub", ...ofOne }).sort()).toEqual(
    Object.keys(ofOne).sort(),
  );
});

test("all problems come in one line", () => {
  const parsed = parseSettings({ KARIBU_LOG_LEVEL: "loud", KARIBU_HTTP_PORT: "x" });
  const line = "problems" in parsed ? describeProblems(parsed.problems) : "";
  expect(line).toMatch(/KARIBU_LOG_LEVEL .*; KARIBU_HTTP_PORT |KARIBU_HTTP_PORT .*; KARIBU_LOG_LEVEL/);
  expect(line).not.toContain("\n");
});
