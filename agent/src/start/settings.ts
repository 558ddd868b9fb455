/**
 * The agent's settings, from the environment. Checked as a whole before anything starts: a misspelt name or a bad value is
 * refused by its name, because at a router 200 km away nobody notices an ignored setting.
 */
import { type LogLevel, logLevels } from "../ground/files/json-log.ts";
import { clientsOfSecret, parseRadiusClients, radiusSecretBytesMax } from "../radius/server/client-settings.ts";
import type { RadiusClient } from "../radius/server/clients.ts";
import { internalFlash } from "./internal-flash.ts";

export interface AgentSettings {
  readonly dataDir: string;
  readonly hubUrl: string | null;
  readonly enrolToken: string | null;
  readonly httpPort: number;
  readonly radiusAuthPort: number;
  readonly radiusAcctPort: number;
  /** Null: RADIUS stays off and /status says so. There is no default: a well-known secret is none. */
  readonly radiusSecret: string | null;
  /** Who may ask; empty without a secret. */
  readonly radiusClients: readonly RadiusClient[];
  /** RADIUS over TLS; null: off. */
  readonly radsec: RadsecFiles | null;
  readonly coaHost: string;
  readonly coaPort: number;
  /** The RouterOS API; null host: this site has none. */
  readonly router: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
  } | null;
  readonly logLevel: LogLevel;
  /** Interims are written at most once per session and so many seconds; 0 syncs each before its reply. */
  readonly interimFlushSeconds: number;
  /** The data folder lies on the router's own flash: less is written and kept. */
  readonly isOnFlash: boolean;
  readonly siteFile: string | null;
  /** Where phones reach the portal, and the hotspot's log-in page; null: as they are seen. */
  readonly portalUrl: string | null;
  readonly hotspotUrl: string | null;
  /** This process runs the agents of the sites that the hub gives it, instead of one site's. */
  readonly hosted: boolean;
}

/** PEM, or paths of PEM files. */
export interface RadsecFiles {
  readonly port: number;
  readonly certificate: string;
  readonly key: string;
  /** Whoever shows a certificate that one of these signed may connect; null: the networks of `clients`, and no certificate is asked for. */
  readonly ca: string | null;
  /** In a process that hosts many sites: none, each router is known by its address. */
  readonly clients: readonly RadiusClient[] | null;
}

export interface SettingsProblem {
  readonly name: string;
  readonly message: string;
}

export type ParsedSettings = { readonly settings: AgentSettings } | { readonly problems: readonly SettingsProblem[] };

type Environment = Readonly<Record<string, string | undefined>>;

const agentNames = [
  "KARIBU_DATA",
  "KARIBU_HUB_URL",
  "KARIBU_ENROL_TOKEN",
  "KARIBU_HTTP_PORT",
  "KARIBU_RADIUS_AUTH_PORT",
  "KARIBU_RADIUS_ACCT_PORT",
  "KARIBU_RADIUS_SECRET",
  "KARIBU_RADIUS_CLIENTS",
  "KARIBU_RADSEC_PORT",
  "KARIBU_RADSEC_CERTIFICATE",
  "KARIBU_RADSEC_KEY",
  "KARIBU_RADSEC_CA",
  "KARIBU_COA_HOST",
  "KARIBU_COA_PORT",
  "KARIBU_ROUTER_HOST",
  "KARIBU_ROUTER_PORT",
  "KARIBU_ROUTER_USER",
  "KARIBU_ROUTER_PASSWORD",
  "KARIBU_LOG_LEVEL",
  "KARIBU_INTERIM_FLUSH_SECONDS",
  "KARIBU_INTERNAL_FLASH",
  "KARIBU_SITE_FILE",
  "KARIBU_PORTAL_URL",
  "KARIBU_HOTSPOT_URL",
  "KARIBU_HOSTED",
] as const;

/** Of one site: a process that hosts many has them from the hub. */
const ofOneSite = [
  "KARIBU_RADIUS_SECRET",
  "KARIBU_RADIUS_CLIENTS",
  "KARIBU_COA_HOST",
  "KARIBU_ROUTER_HOST",
  "KARIBU_ROUTER_USER",
  "KARIBU_ROUTER_PASSWORD",
  "KARIBU_SITE_FILE",
  "KARIBU_PORTAL_URL",
  "KARIBU_HOTSPOT_URL",
] as const;
type AgentName = (typeof agentNames)[number];

/** Settings of the hub and of the tests: known, and none of ours. One shell may hold both. */
const othersNames =
  /^KARIBU_(PUBLIC_URL|ROUTERS_URL|MASTER_KEY(_FILE)?|RELEASE_KEYS|ADMIN_EMAIL|ADMIN_PASSWORD(_FILE)?|WIREGUARD_(ENDPOINT|PORT|INTERFACE|READINGS)|TRUSTED_PROXIES|OTHER_HOSTS|SIGN_UP|MODULES|LINK_MEGABYTES|QUEUES|KEEP_DAYS|SPOOL_MEGABYTES|MAP_(TILES|ATTRIBUTION)|BACKUP_[A-Z_]+|TEST_.*)$/;

/** An empty value counts as absent: compose files and container environments leave such lines behind. */
export function parseSettings(environment: Environment): ParsedSettings {
  const problems: SettingsProblem[] = unknownNames(environment);
  const refuse = (name: string, message: string) => problems.push({ name, message });
  const text = (name: AgentName): string | null => environment[name]?.trim() || null;
  const whole = (name: AgentName, fallback: number, min: number, max: number): number => {
    const raw = text(name);
    if (raw === null) return fallback;
    const value = Number(raw);
    if (/^\d{1,9}$/.test(raw) && value >= min && value <= max) return value;
    refuse(name, `must be a whole number from ${min} to ${max}, not "${raw}"`);
    return fallback;
  };
  const port = (name: AgentName, fallback: number, min = 0) => whole(name, fallback, min, 65_535);
  const host = (name: AgentName): string | null => {
    const raw = text(name);
    if (raw !== null && !/^[A-Za-z0-9.:_-]{1,253}$/.test(raw)) refuse(name, `must be a host name or an address`);
    return raw;
  };

  const httpUrl = (name: AgentName, example: string): string | null => {
    const raw = text(name);
    if (raw !== null && !isHttpUrl(raw)) refuse(name, `must be an address like ${example}, not "${raw}"`);
    return raw;
  };
  const pageUrl = (name: AgentName) => httpUrl(name, "http://wifi.example.com/");

  const hubUrl = httpUrl("KARIBU_HUB_URL", "https://hub.example.com");
  const enrolToken = text("KARIBU_ENROL_TOKEN");
  if (enrolToken !== null && hubUrl === null) refuse("KARIBU_ENROL_TOKEN", "needs KARIBU_HUB_URL too");
  const hostedText = text("KARIBU_HOSTED");
  const hosted = hostedText === "1";
  if (hostedText !== null && !["0", "1"].includes(hostedText))
    refuse("KARIBU_HOSTED", `must be 1 (many sites) or 0, not "${hostedText}"`);
  if (hosted && hubUrl === null) refuse("KARIBU_HUB_URL", "is needed with KARIBU_HOSTED");
  if (hosted) for (const name of ofOneSite) if (text(name) !== null) refuse(name, "is of one site: leave it out");
  const flashText = text("KARIBU_INTERNAL_FLASH");
  const isOnFlash = flashText === "1";
  if (flashText !== null && !["0", "1"].includes(flashText))
    refuse("KARIBU_INTERNAL_FLASH", `must be 1 (the router's flash) or 0, not "${flashText}"`);
  const radiusSecret = text("KARIBU_RADIUS_SECRET");
  if (radiusSecret !== null && Buffer.byteLength(radiusSecret) > radiusSecretBytesMax) {
    refuse("KARIBU_RADIUS_SECRET", `must be at most ${radiusSecretBytesMax} bytes`);
  }
  const radiusClients = clientsOf(radiusSecret, text("KARIBU_RADIUS_CLIENTS"), (message) =>
    refuse("KARIBU_RADIUS_CLIENTS", message),
  );
  const radsec = readRadsec({
    port: port("KARIBU_RADSEC_PORT", 2083),
    certificate: text("KARIBU_RADSEC_CERTIFICATE"),
    key: text("KARIBU_RADSEC_KEY"),
    ca: text("KARIBU_RADSEC_CA"),
    hasSecret: radiusSecret !== null,
    listed: text("KARIBU_RADIUS_CLIENTS") === null ? null : radiusClients,
    hosted,
    refuse,
  });
  const logLevel = (text("KARIBU_LOG_LEVEL") ?? "info") as LogLevel;
  if (!logLevels.includes(logLevel)) {
    refuse("KARIBU_LOG_LEVEL", `must be one of ${logLevels.join(", ")}, not "${logLevel}"`);
  }
  const routerHost = host("KARIBU_ROUTER_HOST");
  const routerUser = text("KARIBU_ROUTER_USER");
  if (routerHost !== null && routerUser === null) refuse("KARIBU_ROUTER_USER", "is needed with KARIBU_ROUTER_HOST");
  const routerPort = port("KARIBU_ROUTER_PORT", 8728, 1);
  const authPort = port("KARIBU_RADIUS_AUTH_PORT", 1812);
  const acctPort = port("KARIBU_RADIUS_ACCT_PORT", 1813);
  if (authPort !== 0 && authPort === acctPort) {
    refuse("KARIBU_RADIUS_ACCT_PORT", `must differ from KARIBU_RADIUS_AUTH_PORT (${authPort})`);
  }

  const settings: AgentSettings = {
    dataDir: text("KARIBU_DATA") ?? "./data/agent",
    hubUrl,
    enrolToken,
    httpPort: port("KARIBU_HTTP_PORT", 8002),
    radiusAuthPort: authPort,
    radiusAcctPort: acctPort,
    radiusSecret,
    radiusClients,
    radsec,
    coaHost: host("KARIBU_COA_HOST") ?? "127.0.0.1",
    coaPort: port("KARIBU_COA_PORT", 3799, 1),
    router:
      routerHost === null
        ? null
        : {
            host: routerHost,
            port: routerPort,
            user: routerUser ?? "",
            password: environment.KARIBU_ROUTER_PASSWORD ?? "",
          },
    logLevel,
    interimFlushSeconds: whole(
      "KARIBU_INTERIM_FLUSH_SECONDS",
      isOnFlash ? internalFlash.interimFlushSeconds : 60,
      0,
      3600,
    ),
    isOnFlash,
    siteFile: text("KARIBU_SITE_FILE"),
    portalUrl: pageUrl("KARIBU_PORTAL_URL"),
    hotspotUrl: pageUrl("KARIBU_HOTSPOT_URL"),
    hosted,
  };
  return problems.length > 0 ? { problems } : { settings };
}

function clientsOf(
  secret: string | null,
  listed: string | null,
  refuse: (message: string) => void,
): readonly RadiusClient[] {
  if (secret === null) {
    if (listed !== null) refuse("needs KARIBU_RADIUS_SECRET too: the one to sign Disconnect-Requests with");
    return [];
  }
  if (listed === null) return clientsOfSecret(secret);
  const parsed = parseRadiusClients(listed, secret);
  if ("clients" in parsed) return parsed.clients;
  refuse(parsed.problem);
  return [];
}

/** A well-known secret proves nothing, so the settings must say who may connect: by certificate, by address, or (hosted) by tunnel. */
function readRadsec(given: {
  readonly port: number;
  readonly certificate: string | null;
  readonly key: string | null;
  readonly ca: string | null;
  readonly hasSecret: boolean;
  readonly listed: readonly RadiusClient[] | null;
  readonly hosted: boolean;
  readonly refuse: (name: AgentName, message: string) => void;
}): RadsecFiles | null {
  const { port, certificate, key, ca, listed, hosted, refuse } = given;
  if (certificate === null) {
    if (key !== null) refuse("KARIBU_RADSEC_KEY", "needs KARIBU_RADSEC_CERTIFICATE too");
    if (ca !== null) refuse("KARIBU_RADSEC_CA", "needs KARIBU_RADSEC_CERTIFICATE and KARIBU_RADSEC_KEY too");
    return null;
  }
  if (key === null) {
    refuse("KARIBU_RADSEC_KEY", "is needed with KARIBU_RADSEC_CERTIFICATE");
    return null;
  }
  if (!hosted && !given.hasSecret) refuse("KARIBU_RADIUS_SECRET", "is needed with KARIBU_RADSEC_CERTIFICATE");
  else if (!hosted && ca === null && listed === null)
    refuse("KARIBU_RADSEC_CA", "is needed, or KARIBU_RADIUS_CLIENTS with the networks that may connect without one");
  return { port, certificate, key, ca, clients: listed };
}

/** One line that a person can act on. */
export function describeProblems(problems: readonly SettingsProblem[]): string {
  return `refusing to start: ${problems.map(({ name, message }) => `${name} ${message}`).join("; ")}`;
}

function unknownNames(environment: Environment): SettingsProblem[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith("KARIBU_"))
    .filter((name) => !(agentNames as readonly string[]).includes(name) && !othersNames.test(name))
    .map((name) => ({ name, message: "is not a setting of the agent" }));
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return ["http:", "https:"].includes(new URL(text).protocol);
}
