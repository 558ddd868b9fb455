/** What runs beside the hotspot, by part: what is chosen is set up, what is not is taken away again. */
import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { Section } from "../steps/step.ts";
import { agentEndpoint } from "../values/agent-endpoint.ts";
import { sampleServices } from "../values/sample-values.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { fairUplink } from "./fair-uplink.ts";
import { pppoeServer, pppRadiusOf, subscriberFirewall } from "./pppoe-server.ts";
import { remoteLogging } from "./remote-logging.ts";
import { sharingRule } from "./sharing-rule.ts";
import { snmp } from "./snmp.ts";
import { staffLogIn } from "./staff-log-in.ts";
import { suspendedCustomers } from "./suspended-customers.ts";

export const serviceNames = [
  "pppoe",
  "snmp",
  "logging",
  "fairUplink",
  "sharing",
  "staff",
] as const satisfies readonly (keyof RouterServices)[];
export type ServiceName = (typeof serviceNames)[number];

/** In the order of their rules: what refuses the suspended stands above what accepts known connections. */
export function sectionsOf(service: ServiceName, values: ScriptValues): Section[] {
  const { services } = values;
  if (services === undefined) return [];
  const { chosen, snmpSecrets, emergencyPassword, hasSmallMemory } = services;
  switch (service) {
    case "pppoe":
      return chosen.pppoe === null
        ? []
        : [
            pppoeServer(chosen.pppoe, pppRadiusOf(values)),
            suspendedCustomers(values),
            subscriberFirewall({ portal: agentEndpoint(values), hasTunnel: values.tunnel !== null }),
          ];
    case "snmp":
      return chosen.snmp === null || snmpSecrets === null ? [] : [snmp(chosen.snmp.addresses, snmpSecrets)];
    case "logging":
      return chosen.logging === null ? [] : [remoteLogging(chosen.logging, values.site.id)];
    case "fairUplink":
      return chosen.fairUplink === null ? [] : [fairUplink(chosen.fairUplink, hasSmallMemory)];
    case "sharing":
      return chosen.sharing === null ? [] : [sharingRule(values, chosen.sharing.exceptions)];
    case "staff":
      return chosen.staff === null
        ? []
        : [staffLogIn({ ...chosen.staff, asks: pppRadiusOf(values).agent, emergencyPassword })];
  }
}

export const serviceSections = (values: ScriptValues): Section[] =>
  serviceNames.flatMap((service) => sectionsOf(service, values));

/** As at a site that has it, for what must know all that any site may have: removal. */
export const allSectionsOf = (service: ServiceName, values: ScriptValues): Section[] =>
  sectionsOf(service, { ...values, services: sampleServices });

export const allServiceSections = (values: ScriptValues): Section[] =>
  serviceNames.flatMap((service) => allSectionsOf(service, values));
