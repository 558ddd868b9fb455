/** The hub's settings, from the environment. All errors are reported at once, and nothing is guessed. */

import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { type ReleaseKey, readPublicKeys } from "@karibu/protocol/bundle/release-key";
import { sha256Hex } from "@karibu/protocol/hash";
import { defaultLinkBytes, megabyte } from "./fleet/link/link-limits.ts";
import { readMapTiles } from "./fleet/site-view/map-tiles.ts";
import type { MapTiles } from "./fleet/site-view/site-places.ts";
import { type KeptDays, type KeptKind, keptDaysLeast } from "./ground/jobs/kept-days.ts";
import { type ChangedLimits, type QueueLimits, queueNames, queueRange } from "./ground/jobs/queues.ts";
import { masterKeyBytes } from "./ground/secrets/envelope.ts";
import { moduleNames, readModules } from "./modules/choose-modules.ts";
import type { ModuleName } from "./modules/names.ts";
import { type BackupSettings, readBackupSettings } from "./operations/back-ups/backup-settings.ts";
import { type SignUpPolicy, signUpPolicies } from "./operations/provider-life/sign-up-policy.ts";

export interface HubSettings {
  readonly port: number;
  readonly databaseUrl: string | null;
  /** Absolute or relative to the working folder. Holds the embedded database and the master key file. */
  readonly dataDir: string;
  /** How browsers, sites and services reach this hub, without a slash at its end. Null: taken from the first request. */
  readonly publicUrl: string | null;
  /** How routers reach it while they are set up, and agents after that; null: as everybody does. */
  readonly routersUrl: string | null;
  /** Further names of this hub. */
  readonly otherHosts: readonly string[];
  /** Newest first; empty: a key file in the data folder. */
  readonly masterKeys: readonly Uint8Array[];
  readonly admin: { readonly email: string; readonly password: string } | null;
  /** Keys that sign bundles for sites: lines of a public key file, or several with commas between. */
  readonly releaseKeys: readonly ReleaseKey[];
  readonly wireguard: {
    /** How routers reach the hub's end: `host:port`. */
    readonly endpoint: string | null;
    readonly port: number;
    /** An interface of this machine that the hub may manage; null: it writes the peer file and shows what to run. */
    readonly interfaceName: string | null;
    /** Where the tunnel's helper writes what it reads; null: there is none. */
    readonly readings: string | null;
  };
  readonly darajaBaseUrl: string | null;
  readonly airtelBaseUrl: string | null;
  readonly mtnBaseUrl: string | null;
  readonly pesapalBaseUrl: string | null;
  readonly stripeBaseUrl: string | null;
  readonly etimsBaseUrl: string | null;
  readonly africastalkingBaseUrl: string | null;
  readonly advantaBaseUrl: string | null;
  readonly twilioBaseUrl: string | null;
  /** Addresses, ranges or names as Express knows them; default: this machine. */
  readonly trustedProxies: readonly string[];
  /** How much the hub holds for agents' links. */
  readonly linkBytes: number;
  readonly queueLimits: ChangedLimits;
  readonly keptDays: KeptDays;
  /** How much of the disk callbacks may take that wait for the database. */
  readonly spoolBytes: number;
  /** Null: the map has outlines alone. */
  readonly mapTiles: MapTiles | null;
  readonly smtpUrl: string | null;
  /** Null: the hub takes no back-ups by itself. */
  readonly backups: BackupSettings | null;
  readonly signUp: SignUpPolicy;
  /** Which modules it is run with. */
  readonly modules: readonly ModuleName[];
  readonly logLevel: LogLevel;
}

const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Settings of the agent and of the tests, which may be in the same environment. */
const othersNames = new Set([
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
  "KARIBU_INTERIM_FLUSH_SECONDS",
  "KARIBU_INTERNAL_FLASH",
  "KARIBU_SITE_FILE",
  "KARIBU_PORTAL_URL",
  "KARIBU_HOTSPOT_URL",
  "KARIBU_HOSTED",
]);
/** Each may stand in a file instead, which `<name>_FILE` names: the environment of a process is shown to more people than a file. */
const secretNames = new Set([
  "DATABASE_URL",
  "KARIBU_MASTER_KEY",
  "KARIBU_ADMIN_PASSWORD",
  "KARIBU_BACKUP_KEY_ID",
  "KARIBU_BACKUP_KEY_SECRET",
  "SMTP_URL",
]);
const isOfTests = (name: string) => name.startsWith("KARIBU_TEST_");

export type ReadSettings = { readonly settings: HubSettings } | { readonly complaints: readonly string[] };

/** @param readFile of a file that a setting names; throws as `node:fs` does */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string = (path) => readFileSync(path, "utf8"),
): ReadSettings {
  const complaints: string[] = [];
  const known = new Set<string>();
  const plain = (name: string): string | null => {
    known.add(name);
    return environment[name]?.trim() || null;
  };
  const complain = (name: string, what: string): null => {
    complaints.push(`${name}: ${what}`);
    return null;
  };
  const text = (name: string): string | null => {
    const value = plain(name);
    const file = secretNames.has(name) ? plain(`${name}_FILE`) : null;
    if (file === null) return value;
    if (value !== null) return complain(`${name}_FILE`, `${name} is set too: take one of them`);
    try {
      return readFile(file).trim() || complain(`${name}_FILE`, "the file is empty");
    } catch (error) {
      return complain(`${name}_FILE`, `the file can't be read: ${(error as NodeJS.ErrnoException).code}`);
    }
  };
  const port = (name: string, otherwise: number): number => {
    const value = text(name);
    if (value === null) return otherwise;
    if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
    complain(name, `"${value}" is not a port (0 to 65535)`);
    return otherwise;
  };
  const url = (name: string, protocols: readonly string[]): string | null => {
    const value = text(name);
    if (value === null) return null;
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      return complain(
        name,
        `is not a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
      );
    }
    return value.replace(/\/+$/, "");
  };
  const web = (name: string) => url(name, ["https:", "http:"]);
  const modulesOf = (name: string): readonly ModuleName[] => {
    const value = text(name);
    if (value === null) return moduleNames;
    const read = readModules(value);
    if ("names" in read) return read.names;
    complain(name, read.complaint);
    return moduleNames;
  };
  const oneOf = <Value extends string>(name: string, values: readonly Value[], otherwise: Value): Value => {
    const value = text(name);
    if (value === null) return otherwise;
    const found = values.find((one) => one === value);
    if (found === undefined) complain(name, `"${value}" is none of ${values.join(", ")}`);
    return found ?? otherwise;
  };

  const readMegabytes = (name: string, { least, otherwise }: { least: number; otherwise: number }): number => {
    const value = text(name);
    if (value === null) return otherwise;
    const megabytes = /^\d{1,6}$/.test(value) ? Number(value) : 0;
    if (megabytes < least) complain(name, `is not a number from ${least} up`);
    return megabytes * megabyte;
  };

  const settings: HubSettings = {
    port: port("PORT", 8000),
    databaseUrl: url("DATABASE_URL", ["postgresql:", "postgres:"]),
    dataDir: text("KARIBU_DATA") ?? "data/hub",
    publicUrl: web("KARIBU_PUBLIC_URL"),
    routersUrl: web("KARIBU_ROUTERS_URL"),
    otherHosts: readOtherHosts(text("KARIBU_OTHER_HOSTS"), complain),
    masterKeys: readMasterKeys(text("KARIBU_MASTER_KEY"), complain),
    admin: readAdmin(text("KARIBU_ADMIN_EMAIL"), text("KARIBU_ADMIN_PASSWORD"), complain),
    releaseKeys: readReleaseKeys(text("KARIBU_RELEASE_KEYS"), complain),
    wireguard: {
      endpoint: text("KARIBU_WIREGUARD_ENDPOINT"),
      port: port("KARIBU_WIREGUARD_PORT", 51_820),
      interfaceName: text("KARIBU_WIREGUARD_INTERFACE"),
      readings: text("KARIBU_WIREGUARD_READINGS"),
    },
    darajaBaseUrl: web("DARAJA_BASE_URL"),
    airtelBaseUrl: web("AIRTEL_BASE_URL"),
    mtnBaseUrl: web("MTN_BASE_URL"),
    pesapalBaseUrl: web("PESAPAL_BASE_URL"),
    stripeBaseUrl: web("STRIPE_BASE_URL"),
    etimsBaseUrl: web("ETIMS_BASE_URL"),
    africastalkingBaseUrl: web("AFRICASTALKING_BASE_URL"),
    advantaBaseUrl: web("ADVANTA_BASE_URL"),
    twilioBaseUrl: web("TWILIO_BASE_URL"),
    trustedProxies: readTrustedProxies(text("KARIBU_TRUSTED_PROXIES"), complain),
    queueLimits: readQueueLimits(text("KARIBU_QUEUES"), complain),
    keptDays: readKeptDays(text("KARIBU_KEEP_DAYS"), complain),
    // Less would refuse a handful of sites that send at once.
    linkBytes: readMegabytes("KARIBU_LINK_MEGABYTES", { least: 16, otherwise: defaultLinkBytes }),
    spoolBytes: readMegabytes("KARIBU_SPOOL_MEGABYTES", { least: 1, otherwise: 256 * megabyte }),
    mapTiles: readMapTiles(text("KARIBU_MAP_TILES"), text("KARIBU_MAP_ATTRIBUTION"), complain),
    smtpUrl: url("SMTP_URL", ["smtp:", "smtps:"]),
    backups: readBackupSettings(text, web, complain),
    signUp: oneOf("KARIBU_SIGN_UP", signUpPolicies, "open"),
    modules: modulesOf("KARIBU_MODULES"),
    logLevel: oneOf("KARIBU_LOG_LEVEL", logLevels, "info"),
  };
  for (const name of Object.keys(environment)) {
    if (name.startsWith("KARIBU_") && !known.has(name) && !othersNames.has(name) && !isOfTests(name))
      complain(name, "there is no such setting");
  }
  return complaints.length === 0 ? { settings } : { complaints };
}

type Complain = (name: string, what: string) => null;

const proxyNames = ["loopback", "linklocal", "uniquelocal"];

/** Proxies whose `X-Forwarded-For` is believed. */
function readTrustedProxies(value: string | null, complain: Complain): readonly string[] {
  const proxies = (value ?? "loopback").split(",").map((part) => part.trim());
  const isRange = (text: string) => isIP(text.replace(/\/\d{1,3}$/, "")) !== 0;
  const odd = proxies.find((proxy) => !proxyNames.includes(proxy) && !isRange(proxy));
  if (odd !== undefined)
    complain("KARIBU_TRUSTED_PROXIES", `"${odd}" is neither an address, a range, nor one of ${proxyNames.join(", ")}`);
  return proxies;
}

/** Names in DNS, without protocol and port. */
function readOtherHosts(value: string | null, complain: Complain): readonly string[] {
  const hosts = (value ?? "").split(",").flatMap((part) => part.trim().toLowerCase() || []);
  const odd = hosts.find((host) => !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host));
  if (odd !== undefined) complain("KARIBU_OTHER_HOSTS", `"${odd}" is not a name like old-hub.example.com`);
  return hosts;
}

/** `payments=90/5,sms=60/3`: seconds and tries. */
function readQueueLimits(value: string | null, complain: Complain): ChangedLimits {
  const limits = new Map<string, QueueLimits>();
  for (const part of (value ?? "").split(",").map((each) => each.trim())) {
    if (part === "") continue;
    const [name = "", given = ""] = part.split(/=(.*)/s);
    const [, seconds, tries] = /^(\d{1,4})\/(\d{1,2})$/.exec(given) ?? [];
    const changed = { timeoutSeconds: Number(seconds), tries: Number(tries) };
    const { secondsLeast, secondsMost, triesLeast } = queueRange;
    const isGood =
      changed.timeoutSeconds >= secondsLeast && changed.timeoutSeconds <= secondsMost && changed.tries >= triesLeast;
    if (!queueNames.includes(name)) complain("KARIBU_QUEUES", `"${part}" names none of ${queueNames.join(", ")}`);
    else if (limits.has(name)) complain("KARIBU_QUEUES", `"${part}" names ${name} a second time`);
    else if (!isGood) complain("KARIBU_QUEUES", `"${part}" is not a queue=seconds/tries (5 to 3600 s, 1 to 99 tries)`);
    else limits.set(name, changed);
  }
  return limits;
}

/** `sessions=730,audit=3650`. */
function readKeptDays(value: string | null, complain: Complain): KeptDays {
  const kept = new Map<KeptKind, number>();
  for (const part of (value ?? "").split(",").map((each) => each.trim())) {
    if (part === "") continue;
    const [name = "", days = ""] = part.split(/=(.*)/s);
    const kind = (Object.keys(keptDaysLeast) as KeptKind[]).find((one) => one === name);
    if (kind === undefined)
      complain("KARIBU_KEEP_DAYS", `"${part}" names none of ${Object.keys(keptDaysLeast).join(", ")}`);
    else if (kept.has(kind)) complain("KARIBU_KEEP_DAYS", `"${part}" names ${name} a second time`);
    else if (!/^\d{1,5}$/.test(days)) complain("KARIBU_KEEP_DAYS", `"${part}" is not a kind=days (up to 99999)`);
    else if (Number(days) < keptDaysLeast[kind])
      complain("KARIBU_KEEP_DAYS", `"${part}" is less than ${keptDaysLeast[kind]} days`);
    else kept.set(kind, Number(days));
  }
  return kept;
}

function readMasterKeys(value: string | null, complain: Complain): Uint8Array[] {
  if (value === null) return [];
  const keys = value.split(",").map((part) => Buffer.from(part.trim(), "base64"));
  if (keys.some((key) => key.length !== masterKeyBytes)) {
    complain(
      "KARIBU_MASTER_KEY",
      `is not ${masterKeyBytes} bytes in base64 (several: newest first, with commas between)`,
    );
  }
  return keys;
}

function readReleaseKeys(value: string | null, complain: Complain): ReleaseKey[] {
  try {
    return readPublicKeys((value ?? "").replaceAll(",", "\n"));
  } catch {
    complain("KARIBU_RELEASE_KEYS", "is no public key as npm run image writes it (release-key.pem.pub)");
    return [];
  }
}

function readAdmin(email: string | null, password: string | null, complain: Complain): HubSettings["admin"] {
  if (email === null && password === null) return null;
  if (email === null || password === null) {
    return complain(
      email === null ? "KARIBU_ADMIN_EMAIL" : "KARIBU_ADMIN_PASSWORD",
      "the other of the two is set, this one is not",
    );
  }
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) return complain("KARIBU_ADMIN_EMAIL", "is not an e-mail address");
  if (password.length < 10) return complain("KARIBU_ADMIN_PASSWORD", "has fewer than 10 characters");
  return { email, password };
}

/** For the log: which key is in use, without the key. */
export function fingerprint(key: Uint8Array): string {
  return sha256Hex(key).slice(0, 8);
}
