/** A site's scripts from what is kept of it: the values, the whole set-up script (at any time), and the second stage of a pasted line. */

import { sha512Hex } from "@karibu/protocol/hash";
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import { cutText } from "@karibu/protocol/whole-text";
import { renderScripts } from "@karibu/routeros-scripts/render-scripts";
import { judgeFacts } from "@karibu/routeros-scripts/set-up-line/judge-facts";
import { stageTwo } from "@karibu/routeros-scripts/set-up-line/stage-two";
import { valuesFor } from "@karibu/routeros-scripts/set-up-line/values-for";
import type { ScriptValues } from "@karibu/routeros-scripts/values/script-values";
import { refusal } from "../../ground/http/problem.ts";
import type { KnownRouter } from "../router-services/further-router-rows.ts";
import { type KnownServices, withoutEmergency } from "../router-services/service-rows.ts";
import { tunnelNetwork } from "../tunnel/config.ts";
import type { ScriptSecrets } from "./script-secrets.ts";

/** The port of the process that runs agents beside the hub (docs/operate-hub.md, "Hosted sites"). */
const hostHttpPort = 8002;
/** A router whose services nobody ever chose. */
export const nothingChosen: RouterServices = {
  pppoe: null,
  snmp: null,
  logging: null,
  fairUplink: null,
  sharing: null,
  staff: null,
};
/** Behind a NAT a mapping of UDP lives half a minute. */
const keepaliveSeconds = 25;

export interface HubAddresses {
  /** How routers reach this hub, without a slash at its end. */
  readonly publicUrl: string;
  /** `host:port`; null: there is no tunnel. */
  readonly tunnelEndpoint: string | null;
  readonly tunnelPublicKey: string;
}

export interface ScriptInput {
  readonly site: {
    readonly id: string;
    readonly name: string;
    /** Hosts of the channels' payment pages. */
    readonly openHosts: readonly string[];
  };
  readonly facts: RouterFacts;
  /** What the router runs by now, in its own words; null or absent: as its facts say. */
  readonly routerOs?: string | null;
  readonly choices: SetUpChoices;
  readonly secrets: ScriptSecrets;
  /** Of this router in the tunnel; null: it is not in it. */
  readonly tunnelAddress: string | null;
  /** Null: nobody ever chose any. */
  readonly services: KnownServices | null;
  /** Routers that ask this one's agent. */
  readonly furtherRouters: readonly KnownRouter[];
}

/** Throws a Problem where the choices do not fit the router. */
export function scriptValues(
  hub: HubAddresses,
  { site, facts, choices, secrets, tunnelAddress, services, furtherRouters }: ScriptInput,
): ScriptValues {
  const tunnel = tunnelOf(hub, tunnelAddress);
  const made = valuesFor({
    facts,
    choices: { ...choices, disk: choices.disk ?? "" },
    site,
    hub: {
      url: hub.publicUrl,
      hostedAgent: tunnel === null ? null : { address: tunnelNetwork.hubAddress, httpPort: hostHttpPort },
    },
    secrets,
    tunnel,
    furtherRouters: furtherRouters.map(({ ownAddress, agentSide, radiusSecret, hotspot }) => ({
      address: ownAddress,
      agentRouterAddress: agentSide,
      radiusSecret,
      ...(hotspot === null ? {} : { guestNetwork: hotspot.network }),
    })),
    ...(services === null
      ? {}
      : {
          services: {
            chosen: services.chosen,
            snmpSecrets: services.snmpSecrets,
            emergencyPassword: services.emergencyPassword,
          },
        }),
  });
  if ("values" in made) return made.values;
  const [{ field, message, problem }] = made.problems as [(typeof made.problems)[number]];
  throw problem === "address-clash"
    ? refusal("network-in-use", { field })
    : refusal("set-up-values", { field, rule: "cannot-be-set-up", value: message });
}

function tunnelOf({ tunnelEndpoint, tunnelPublicKey }: HubAddresses, address: string | null): ScriptValues["tunnel"] {
  const [, endpointHost = "", port = ""] = /^(.+):(\d{1,5})$/.exec(tunnelEndpoint ?? "") ?? [];
  if (address === null || endpointHost === "") return null;
  return {
    address,
    network: tunnelNetwork.network,
    endpointHost,
    endpointPort: Number(port),
    hubPublicKey: tunnelPublicKey,
    keepaliveSeconds,
  };
}

/** A script for another version stops at its first line. */
function dialectFor({ facts, routerOs = null }: Pick<ScriptInput, "facts" | "routerOs">) {
  const runs = routerOs ?? facts.version;
  const { version } = judgeFacts({ ...facts, version: runs });
  if (version !== null) return version;
  throw refusal("set-up-values", {
    field: "version",
    rule: "cannot-be-set-up",
    value: `RouterOS ${cutText(runs, 64)} is not known here.`,
  });
}

/** `set-up` and `repair` do the same, and can be imported at any time; `verify` changes nothing; `remove` leaves the router as it was. */
export const scriptParts = ["set-up", "repair", "verify", "remove"] as const;
export type ScriptPart = (typeof scriptParts)[number];

/** A script of the site, for `/import`; what sets up comes with what runs beside the hotspot. */
export function wholeScript(hub: HubAddresses, input: ScriptInput, part: ScriptPart = "set-up"): string {
  const scripts = renderScripts(scriptValues(hub, input), dialectFor(input));
  if (part === "verify" || part === "remove") return scripts[`${part}.rsc`];
  return `${scripts[part === "repair" ? "repair.rsc" : "setup.rsc"]}${scripts["services.rsc"] ?? ""}`;
}

/** What runs beside the hotspot alone. Where nothing was ever chosen, it takes away what there may be. */
export function servicesScript(hub: HubAddresses, input: ScriptInput): string {
  const values = scriptValues(hub, input);
  const services = values.services ?? {
    chosen: nothingChosen,
    snmpSecrets: null,
    emergencyPassword: null,
    hasSmallMemory: false,
  };
  return renderScripts({ ...values, services }, dialectFor(input))["services.rsc"] ?? "";
}

export interface StageTwo {
  readonly text: string;
  readonly sha512: string;
}

/** `resumeKey`: what the router shows with each report. `image`: null at a hosted site. */
export function secondStage(
  hub: HubAddresses,
  input: ScriptInput,
  given: { readonly resumeKey: string; readonly image: { readonly sha256: string; readonly bytes: number } | null },
): StageTwo {
  // Whoever made the line can read this text too: the emergency account comes with an owner's script.
  const values = scriptValues(hub, { ...input, services: withoutEmergency(input.services) });
  const { formatDisk } = input.choices;
  const dialect = dialectFor({ facts: input.facts });
  const text = stageTwo({ values, dialect, hubUrl: hub.publicUrl, formatDisk, adopt: values.guests.adopt, ...given });
  return { text, sha512: sha512Hex(text) };
}
