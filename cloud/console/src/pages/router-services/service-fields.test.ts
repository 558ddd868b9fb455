import { type RouterServices, routerServicesSchema } from "@karibu/protocol/router/router-services";
import { expect, test } from "vitest";
import type { Values } from "../../components/action-form.ts";
import type { ServiceName, SiteServices } from "../../data/fleet/router-services.ts";
import { serviceFields, servicesWith } from "./service-fields.ts";

const off: RouterServices = { pppoe: null, snmp: null, logging: null, fairUplink: null, sharing: null, staff: null };
const site = (more: Partial<SiteServices> = {}): SiteServices => ({
  chosen: off,
  changedAtMs: null,
  hasRouter: true,
  interfaces: [
    { name: "ether1", isUplink: true },
    { name: "ether4 (homes)", isUplink: false },
  ],
  sessionsMax: 200,
  snmpUser: null,
  ...more,
});
/** The form as it opens, with these fields typed over. */
const typed = (service: ServiceName, known: SiteServices, over: Values): Values => ({
  ...Object.fromEntries(serviceFields(service, known).map(({ name, value }) => [name, value ?? null])),
  ...over,
});

test.each<[ServiceName, Values]>([
  ["pppoe", { "port:ether4 (homes)": true }],
  ["snmp", { addresses: "192.0.2.1, 192.0.2.0/24" }],
  ["logging", { collector: "192.0.2.1" }],
  ["fairUplink", { downKbps: 20_000, upKbps: 10_000 }],
  ["sharing", {}],
])(
  "%s: the form's own values with the few that a person types are what the hub takes, and come back into the form",
  (service, over) => {
    const known = site();
    const chosen = servicesWith(service, typed(service, known, over), known);
    expect(routerServicesSchema.safeParse(chosen).error).toBeUndefined();
    const again = site({ chosen });
    expect(servicesWith(service, typed(service, again, {}), again)).toEqual(chosen);
  },
);

test("PPPoE: ports are the router's own, never the uplink; without a router they are typed", () => {
  const known = site();
  const names = serviceFields("pppoe", known).map(({ name }) => name);
  expect(names).toContain("port:ether4 (homes)");
  expect(names).not.toContain("port:ether1");
  const unknown = site({ interfaces: [] });
  const chosen = servicesWith("pppoe", typed("pppoe", unknown, { interfaces: "ether4,\nvlan 20" }), unknown);
  expect(chosen.pppoe?.interfaces).toEqual(["ether4", "vlan 20"]);
});

test("the other services stay as they were", () => {
  const known = site({ chosen: { ...off, sharing: { exceptions: ["10.5.48.9"] } } });
  const chosen = servicesWith("snmp", typed("snmp", known, { addresses: "192.0.2.1" }), known);
  expect(chosen.sharing).toEqual({ exceptions: ["10.5.48.9"] });
});
