import { expect, test } from "vitest";
import { parseStartOptions } from "./options.ts";

test("without options the demo takes the documented ports", () => {
  expect(parseStartOptions([])).toEqual({
    options: {
      fresh: false,
      quiet: false,
      dataName: "demo",
      ports: {
        hub: 8000,
        hotspot: 8001,
        agent: 8002,
        daraja: 8003,
        sms: 8004,
        router: 8005,
        uplink: 8006,
        pesapal: 8007,
        stripe: 8008,
        mail: 8009,
        smtp: 8010,
        radiusAuth: 1812,
        radiusAcct: 1813,
        coa: 3799,
        routerApi: 8728,
        newRouter: 8011,
        newHotspot: 8014,
        newAgent: 8015,
        newUplink: 8016,
        newRouterApi: 8029,
        newRadiusAuth: 8017,
        newRadiusAcct: 8018,
        newCoa: 8097,
        town: 8019,
      },
    },
  });
});

test.each([["--port-base", "9000"], ["--port-base=9000"]])("%s moves every port below 9100", (...args) => {
  const parsed = parseStartOptions([...args, "--fresh", "--quiet"]);
  if (!("options" in parsed)) throw new Error(parsed.refused);
  expect(parsed.options).toMatchObject({ fresh: true, quiet: true });
  expect(parsed.options.ports).toMatchObject({
    hub: 9000,
    router: 9005,
    radiusAuth: 9012,
    radiusAcct: 9013,
    coa: 9099,
  });
  const ports = Object.values(parsed.options.ports);
  expect(new Set(ports).size).toBe(ports.length);
  expect(ports.every((port) => port >= 9000 && port < 9100)).toBe(true);
});

test.each([
  [["--port-base", "80"], "--port-base"],
  [["--port-base"], "--port-base"],
  [["--port-base", "http"], "--port-base"],
  [["--loud"], "--loud"],
])("%j is refused by name", (args, name) => {
  const parsed = parseStartOptions(args);
  expect("refused" in parsed && parsed.refused).toContain(name);
});
