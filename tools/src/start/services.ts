/** The demo's processes: which script, which settings, where to see that it works. */
import { join } from "node:path";
import { readingsIn, tunnelEndpoint } from "@karibu/lab/town/tunnel";
import type { Ports } from "./options.ts";
import { logIns } from "./sample.ts";
import type { ServiceSpec } from "./supervisor.ts";

/** What routers call the hub: a name that the simulated routers alone know. */
const hubName = "hub.karibu.example";

/** How a hub with the usual ports is called. */
export const hubNames = { publicUrl: "http://localhost:8000", routersUrl: `http://${hubName}` };

/** Sites of a history that live in one process. */
const otherSites = ["lake", "stage"] as const;

/** The ports of one router and of its agent. */
interface RouterPorts {
  readonly page: number;
  readonly hotspot: number;
  readonly agent: number;
  readonly uplink: number;
  readonly api: number;
  readonly radiusAuth: number;
  readonly radiusAcct: number;
  readonly coa: number;
}

/** `hasHost`: a process beside the hub runs agents, of routers behind the hub's tunnel. */
export function services(
  ports: Ports,
  data: string,
  { releaseKeys = null, hasHost = false }: { readonly releaseKeys?: string | null; readonly hasHost?: boolean } = {},
): Record<"daraja" | "sms" | "mail" | "pesapal" | "stripe" | "hub" | "router" | "newRouter" | "town", ServiceSpec> &
  Record<"agent" | "newAgent", (container: ContainerSettings) => ServiceSpec> {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const health = (port: number) => `${at(port)}/health`;
  const hubAt = `127.0.0.1:${ports.hub}`;
  const tunnelFolder = join(data, "hub/wireguard");
  const market: RouterPorts = { ...ports, page: ports.router, api: ports.routerApi };
  const another: RouterPorts = {
    page: ports.newRouter,
    hotspot: ports.newHotspot,
    agent: ports.newAgent,
    uplink: ports.newUplink,
    api: ports.newRouterApi,
    radiusAuth: ports.newRadiusAuth,
    radiusAcct: ports.newRadiusAcct,
    coa: ports.newCoa,
  };
  return {
    daraja: {
      name: "daraja",
      script: "lab/src/daraja/main.ts",
      env: { PORT: String(ports.daraja), BOOKS_FILE: join(data, "daraja.json") },
      healthUrl: health(ports.daraja),
    },
    sms: {
      name: "sms",
      script: "lab/src/sms/main.ts",
      env: { PORT: String(ports.sms) },
      healthUrl: health(ports.sms),
    },
    mail: {
      name: "mail",
      script: "lab/src/mail/main.ts",
      env: { PORT: String(ports.mail), SMTP_PORT: String(ports.smtp) },
      healthUrl: health(ports.mail),
    },
    pesapal: {
      name: "pesapal",
      script: "lab/src/pesapal/main.ts",
      env: { PORT: String(ports.pesapal), PUBLIC_URL: `http://localhost:${ports.pesapal}` },
      healthUrl: health(ports.pesapal),
    },
    stripe: {
      name: "stripe",
      script: "lab/src/stripe/main.ts",
      env: { PORT: String(ports.stripe), PUBLIC_URL: `http://localhost:${ports.stripe}` },
      healthUrl: health(ports.stripe),
    },
    hub: {
      name: "hub",
      script: "cloud/src/main.ts",
      env: {
        PORT: String(ports.hub),
        KARIBU_DATA: join(data, "hub"),
        // As `npm start` prints it: a browser keeps the log-in of localhost from 127.0.0.1.
        KARIBU_PUBLIC_URL: `http://localhost:${ports.hub}`,
        KARIBU_ROUTERS_URL: `http://${hubName}`,
        KARIBU_ADMIN_EMAIL: logIns.platformAdmin.email,
        KARIBU_ADMIN_PASSWORD: logIns.platformAdmin.password,
        ...(releaseKeys === null ? {} : { KARIBU_RELEASE_KEYS: releaseKeys }),
        ...(hasHost
          ? { KARIBU_WIREGUARD_ENDPOINT: tunnelEndpoint, KARIBU_WIREGUARD_READINGS: readingsIn(tunnelFolder) }
          : {}),
        SMTP_URL: `smtp://127.0.0.1:${ports.smtp}?from=karibu@karibu.example`,
        DARAJA_BASE_URL: at(ports.daraja),
        PESAPAL_BASE_URL: at(ports.pesapal),
        STRIPE_BASE_URL: at(ports.stripe),
        AFRICASTALKING_BASE_URL: at(ports.sms),
        ADVANTA_BASE_URL: at(ports.sms),
        TWILIO_BASE_URL: at(ports.sms),
      },
      healthUrl: health(ports.hub),
    },
    town: {
      name: "town",
      script: "lab/src/town/main.ts",
      env: {
        PORT: String(ports.town),
        HUB_URL: at(ports.hub),
        DARAJA_URL: at(ports.daraja),
        FOLDER: data,
        SITES: otherSites.join(","),
        TUNNEL: tunnelFolder,
      },
      healthUrl: health(ports.town),
    },
    router: routerSpec("router", market, {
      HUB: hubAt,
      STATE_FILE: join(data, "router.json"),
      ...marketBoard,
      SECOND_MS: "10",
    }),
    newRouter: routerSpec("new-router", another, {
      HUB: hubAt,
      STATE_FILE: join(data, "new-router.json"),
      ...anotherBoard,
    }),
    agent: (container) => agentSpec("agent", market, { folder: join(data, "agent"), container }),
    newAgent: (container) => agentSpec("new-agent", another, { folder: join(data, "new-agent"), container }),
  };
}

/** What the set-up gave the container that the agent runs in. */
export interface ContainerSettings {
  /** Of the container, as its router has it. */
  readonly address: string;
  readonly environment: Readonly<Record<string, string>>;
}

const marketBoard = { SERIAL: "HGD0MARKET1", IDENTITY: "Market square" };
const anotherBoard = { SERIAL: "HGD0ANOTHER", IDENTITY: "MikroTik" };

function routerSpec(name: string, ports: RouterPorts, env: Readonly<Record<string, string>>): ServiceSpec {
  return {
    name,
    script: "lab/src/board/main.ts",
    env: {
      HOTSPOT_PORT: String(ports.hotspot),
      PORT: String(ports.page),
      API_PORT: String(ports.api),
      PORTAL_URL: `http://127.0.0.1:${ports.agent}`,
      RADIUS_HOST: "127.0.0.1",
      RADIUS_AUTH_PORT: String(ports.radiusAuth),
      RADIUS_ACCT_PORT: String(ports.radiusAcct),
      COA_PORT: String(ports.coa),
      UPLINK_PORT: String(ports.uplink),
      UPLINK_TARGET: env.HUB ?? "",
      HUB_NAME: hubName,
      ...env,
    },
    healthUrl: `http://127.0.0.1:${ports.page}/health`,
  };
}

/** Its container is a process of this machine: real sockets have other ports than the router knows. */
function agentSpec(
  name: string,
  ports: RouterPorts,
  { folder, container: { address, environment } }: { readonly folder: string; readonly container: ContainerSettings },
): ServiceSpec {
  return {
    name,
    script: "lab/src/board/container/main.ts",
    env: {
      ...environment,
      KARIBU_DATA: folder,
      // Where the customer's browser really finds it.
      KARIBU_HOTSPOT_URL: `http://127.0.0.1:${ports.hotspot}/login`,
      ADDRESS: address,
      HUB_URL: `http://127.0.0.1:${ports.uplink}`,
      PORT: String(ports.agent),
      RADIUS_AUTH_PORT: String(ports.radiusAuth),
      RADIUS_ACCT_PORT: String(ports.radiusAcct),
      COA_PORT: String(ports.coa),
      API_PORT: String(ports.api),
    },
    healthUrl: `http://127.0.0.1:${ports.agent}/health`,
  };
}
