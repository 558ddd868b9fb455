/** The form of each service, from what the hub knows of the router; and back from its values. Pure. Names are the router's: hostile text. */
import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { Field, Values } from "../../components/action-form.ts";
import type { ServiceName, SiteServices } from "../../data/fleet/router-services.ts";
import { say } from "../../strings/strings.ts";

const portField = (name: string) => `port:${name}`;

export function serviceFields(service: ServiceName, known: SiteServices): Field[] {
  switch (service) {
    case "pppoe":
      return pppoeFields(known);
    case "snmp":
      return [listField("addresses", say("snmpFrom"), known.chosen.snmp?.addresses ?? [], say("snmpFromHint"))];
    case "logging":
      return loggingFields(known.chosen.logging);
    case "fairUplink":
      return fairFields(known);
    case "sharing":
      return [
        {
          ...listField("exceptions", say("mayShare"), known.chosen.sharing?.exceptions ?? [], say("mayShareHint")),
          required: false,
        },
      ];
    case "staff": {
      const from = known.chosen.staff?.emergencyAddresses ?? [];
      return [
        {
          ...listField("emergencyAddresses", say("emergencyAddresses"), from, say("emergencyAddressesHint")),
          required: false,
        },
      ];
    }
  }
}

function pppoeFields({ chosen: { pppoe }, interfaces, sessionsMax }: SiteServices): Field[] {
  const ports = interfaces.filter(({ isUplink }) => !isUplink);
  const chap = say("pppoeChap");
  const number = (name: string, label: string, value: number, min: number, max: number): Field => ({
    name,
    label,
    type: "number",
    value,
    min,
    max,
    required: true,
    group: "more",
  });
  return [
    ...(ports.length > 0
      ? ports.map(
          ({ name }): Field => ({
            name: portField(name),
            label: say("pppoePort", { name }),
            type: "checkbox",
            value: pppoe?.interfaces.includes(name) ?? false,
          }),
        )
      : [listField("interfaces", say("pppoePorts"), pppoe?.interfaces ?? [], say("pppoePortsHint"))]),
    {
      name: "network",
      label: say("pppoeNetwork"),
      hint: say("pppoeNetworkHint"),
      required: true,
      value: pppoe?.network ?? "10.64.0.0/20",
    },
    {
      name: "maxSessions",
      label: say("pppoeMax"),
      hint: sessionsMax === null ? say("pppoeMaxHint") : say("pppoeMaxLicence", { count: sessionsMax }),
      type: "number",
      min: 1,
      max: 65_535,
      required: true,
      value: pppoe?.maxSessions ?? sessionsMax ?? 200,
    },
    {
      name: "serviceName",
      label: say("pppoeName"),
      required: true,
      group: "more",
      value: pppoe?.serviceName ?? "karibu",
    },
    {
      name: "authentication",
      label: say("pppoeWays"),
      type: "select",
      group: "more",
      options: [
        { value: "pap,mschap2", label: "PAP, MS-CHAPv2" },
        { value: "mschap2", label: "MS-CHAPv2" },
        { value: "pap,chap,mschap2", label: chap },
      ],
      value: pppoe?.authentication.join(",") ?? "pap,mschap2",
    },
    {
      name: "dnsServers",
      label: say("pppoeDns"),
      hint: say("pppoeDnsHint"),
      group: "more",
      value: pppoe?.dnsServers.join(", ") || null,
    },
    number("keepaliveSeconds", say("pppoeKeepalive"), pppoe?.keepaliveSeconds ?? 30, 5, 300),
    number("mtuBytes", say("pppoeMtu"), pppoe?.mtuBytes ?? 1492, 1280, 1500),
    { ...number("padoDelayMs", say("pppoeDelay"), pppoe?.padoDelayMs ?? 0, 0, 5000), hint: say("pppoeDelayHint") },
    {
      name: "prefix",
      label: say("pppoePrefix"),
      hint: say("pppoePrefixHint"),
      group: "more",
      value: pppoe?.ipv6?.ipv6Prefix ?? null,
    },
    number("delegatedLength", say("pppoeLength"), pppoe?.ipv6?.delegatedLength ?? 56, 32, 64),
  ];
}

function loggingFields(logging: RouterServices["logging"]): Field[] {
  const options = (values: readonly string[]) => values.map((value) => ({ value, label: value.toUpperCase() }));
  return [
    { name: "collector", label: say("logTo"), required: true, value: logging?.collector ?? null },
    {
      name: "port",
      label: say("logPort"),
      type: "number",
      min: 1,
      max: 65_535,
      required: true,
      value: logging?.port ?? 514,
    },
    {
      name: "protocol",
      label: say("logProtocol"),
      type: "select",
      options: options(["udp", "tcp", "tls"]),
      value: logging?.protocol ?? "udp",
    },
    {
      name: "format",
      label: say("logFormat"),
      type: "select",
      hint: say("logFormatHint"),
      options: options(["default", "syslog", "cef"]),
      value: logging?.format ?? "syslog",
    },
    listField(
      "topics",
      say("logTopics"),
      logging?.topics ?? ["critical", "error", "warning", "system"],
      say("logTopicsHint"),
    ),
  ];
}

function fairFields({ chosen: { fairUplink }, interfaces }: SiteServices): Field[] {
  const names = [...interfaces].sort((one, other) => Number(other.isUplink) - Number(one.isUplink));
  return [
    names.length > 0
      ? {
          name: "uplink",
          label: say("fairPort"),
          type: "select",
          required: true,
          options: names.map(({ name, isUplink }) => ({
            value: name,
            label: isUplink ? say("fairUplinkPort", { name }) : name,
          })),
          value: fairUplink?.uplink ?? names[0]?.name ?? null,
        }
      : { name: "uplink", label: say("fairPort"), required: true, value: fairUplink?.uplink ?? "ether1" },
    {
      name: "downKbps",
      label: say("fairDown"),
      hint: say("fairHint"),
      type: "speed",
      required: true,
      value: fairUplink?.downKbps ?? null,
    },
    { name: "upKbps", label: say("fairUp"), type: "speed", required: true, value: fairUplink?.upKbps ?? null },
  ];
}

const listField = (name: string, label: string, values: readonly string[], hint: string): Field => ({
  name,
  label,
  hint,
  required: true,
  value: values.length === 0 ? null : values.join(", "),
});

/** What the hub is asked to keep: this service as typed, the others as they were. */
export function servicesWith(service: ServiceName, values: Values, known: SiteServices): RouterServices {
  return { ...known.chosen, [service]: valueFrom(service, values, known) };
}

function valueFrom(service: ServiceName, values: Values, { interfaces }: SiteServices): RouterServices[ServiceName] {
  switch (service) {
    case "pppoe": {
      const ticked = interfaces.map(({ name }) => name).filter((name) => values[portField(name)] === true);
      const prefix = textOf(values.prefix);
      return {
        interfaces: values.interfaces === undefined ? ticked : listOf(values.interfaces),
        serviceName: textOf(values.serviceName),
        network: textOf(values.network),
        dnsServers: listOf(values.dnsServers),
        authentication: textOf(values.authentication).split(",") as NonNullable<
          RouterServices["pppoe"]
        >["authentication"],
        keepaliveSeconds: Number(values.keepaliveSeconds),
        mtuBytes: Number(values.mtuBytes),
        maxSessions: Number(values.maxSessions),
        padoDelayMs: Number(values.padoDelayMs),
        ipv6: prefix === "" ? null : { ipv6Prefix: prefix, delegatedLength: Number(values.delegatedLength) },
      };
    }
    case "snmp":
      return { addresses: listOf(values.addresses) };
    case "logging":
      return {
        collector: textOf(values.collector),
        port: Number(values.port),
        protocol: textOf(values.protocol),
        format: textOf(values.format),
        topics: listOf(values.topics),
      } as RouterServices["logging"];
    case "fairUplink":
      return { uplink: textOf(values.uplink), downKbps: Number(values.downKbps), upKbps: Number(values.upKbps) };
    case "sharing":
      return { exceptions: listOf(values.exceptions) };
    case "staff":
      return { emergencyAddresses: listOf(values.emergencyAddresses) };
  }
}

const textOf = (value: Values[string] | undefined): string => (typeof value === "string" ? value.trim() : "");
/** Names of interfaces may hold spaces: commas and line ends part them. */
const listOf = (value: Values[string] | undefined): string[] =>
  textOf(value)
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
