import { routerActionSchema } from "@karibu/protocol/router/router-actions";
import { expect, test } from "vitest";
import { actionsFor, routerTemplate, type TemplateRows, templateOf } from "./router-template.ts";

const mac = "AA:BB:CC:DD:EE:01";
const harbour: TemplateRows = {
  "hotspot-user-profiles": [
    { ".id": "*0", name: "default", default: "true", "shared-users": "1" },
    {
      ".id": "*1",
      name: "day",
      "rate-limit": "1M/2M",
      "shared-users": "2",
      "session-timeout": "1d",
      "idle-timeout": "none",
    },
    { ".id": "*2", name: "karibu-guest", "shared-users": "9" },
  ],
  "walled-garden": [
    { ".id": "*1", "dst-host": "pay.example.com", action: "allow", comment: "karibu:open-host" },
    { ".id": "*2", "dst-host": "bank.example.com", action: "allow", comment: "the bank" },
    { ".id": "*3", "dst-host": "x.example.com", action: "allow", path: "/only" },
  ],
  "walled-garden-ip": [{ ".id": "*1", "dst-address": "192.0.2.7", action: "accept" }],
  "ip-bindings": [
    { ".id": "*1", "mac-address": mac, type: "bypassed", comment: "printer" },
    { ".id": "*2", address: "10.0.0.0/24", type: "bypassed" },
  ],
};
const empty: TemplateRows = {
  "hotspot-user-profiles": [],
  "walled-garden": [],
  "walled-garden-ip": [],
  "ip-bindings": [],
};

test("[RTR-12] a template has what the owner made, and neither Karibu's own rows nor what it can't hold", () => {
  const { template, leftOut } = templateOf(harbour);
  expect(template).toEqual({
    kind: "karibu-router",
    version: 1,
    userProfiles: [
      { name: "day", rateLimit: "1M/2M", sharedUsers: 2, sessionTimeoutSeconds: 86_400, idleTimeoutSeconds: 0 },
    ],
    walledGardenHosts: [{ host: "bank.example.com", action: "allow", comment: "the bank" }],
    walledGardenAddresses: [{ address: "192.0.2.7" }],
    bindings: [{ macAddress: mac, type: "bypassed", comment: "printer" }],
  });
  expect(leftOut).toBe(2);
  expect(routerTemplate.safeParse(template).success).toBe(true);
});

test("[RTR-12] another router gets named actions for what it lacks, and none that it has", () => {
  const { template } = templateOf(harbour);
  const { actions, same } = actionsFor(template, empty);
  expect(actions.map(({ kind }) => kind)).toEqual([
    "add-user-profile",
    "add-walled-garden-host",
    "add-walled-garden-address",
    "add-ip-binding",
  ]);
  for (const action of actions) expect(routerActionSchema.safeParse(action).success).toBe(true);
  expect(same).toBe(0);
  expect(actionsFor(template, harbour)).toEqual({ actions: [], same: 4 });
  const other = { ...empty, "hotspot-user-profiles": [{ ".id": "*7", name: "day", "shared-users": "1" }] };
  expect(actionsFor(template, other).actions[0]).toMatchObject({
    kind: "set-user-profile",
    id: "*7",
    was: "day",
    sharedUsers: 2,
  });
});

test("[RTR-12] an address that is none is refused, not sent", () => {
  const { template } = templateOf(harbour);
  for (const bad of [
    { ...template, bindings: [{ macAddress: "=remove=*1", type: "bypassed" as const }] },
    { ...template, walledGardenAddresses: [{ address: "0.0.0.0/0" }] },
  ])
    expect(() => actionsFor(routerTemplate.parse(bad), empty)).toThrow(/no configuration/);
});

test.each([
  ["script text", { kind: "karibu-router", version: 1, script: "/user add" }],
  [
    "a name with a line break",
    { ...templateOf(harbour).template, walledGardenHosts: [{ host: "a\n/user/add", action: "allow" }] },
  ],
  ["another kind", { ...templateOf(harbour).template, kind: "rsc" }],
  [
    "too many",
    {
      ...templateOf(harbour).template,
      bindings: Array.from({ length: 201 }, () => ({ macAddress: mac, type: "blocked" })),
    },
  ],
])("[RTR-12] a file with %s is refused", (_, file) => {
  expect(routerTemplate.safeParse(file).success).toBe(false);
});
