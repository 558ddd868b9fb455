/** The configuration of a simulated router, and the faults that a test can switch on. */

export type LogInWay = "http-pap" | "http-chap" | "mac" | "mac-cookie";

export interface RadiusServer {
  readonly address: string;
  readonly authPort: number;
  readonly acctPort: number;
  readonly secret: string;
}

export interface RouterOptions {
  /** `/system/identity`, sent as NAS-Identifier. */
  readonly identity: string;
  /** The NAS-IP-Address. */
  readonly address: string;
  readonly version: string;
  /** What it says of its hardware: the board's name and its serial number. */
  readonly board: string;
  readonly serial: string;
  /** Name of the hotspot server (Called-Station-Id) and of its bridge (NAS-Port-Id). */
  readonly serverName: string;
  readonly interfaceName: string;
  /** Where clients reach the log-in pages, without a trailing slash: `http://10.5.50.1`. */
  readonly hotspotUrl: string;
  /** The portal that the log-in page leads to. */
  readonly portalUrl: string;
  /** `login-by` of the hotspot's profile. */
  readonly loginBy: readonly LogInWay[];
  readonly macAuthPassword: "empty" | "mac" | { readonly fixed: string };
  readonly macCookieSeconds: number;
  /** `shared-users` of the user profile: concurrent sessions per user name, unless Port-Limit is given. */
  readonly sharedUsers: number;
  /** The licence's limit of active users; level 4 has 200. */
  readonly activeUsersMax: number;
  /** `radius-interim-update`: as the accept says, or a fixed number of seconds. */
  readonly interimUpdate: "received" | number;
  readonly radiusServers: readonly RadiusServer[];
  readonly radiusTimeoutMs: number;
  readonly radiusSends: number;
  readonly requireMessageAuth: "no" | "yes-for-request-resp";
  /** `/radius/incoming`; 0 takes any free port. Null: `accept=no`. */
  readonly incomingPort: number | null;
  /** How long an unacknowledged Start or Stop is sent again, with Acct-Delay-Time. Unproved. */
  readonly accountingKeptSeconds: number;
  readonly accountingRetrySeconds: number;
  readonly wisprLocationId: string | null;
  readonly wisprLocationName: string | null;
  /** Seconds from boot until NTP sets the clock, if the WAN is up. Null: never. Until then the date is 1970. */
  readonly ntpSeconds: number | null;
  /** How `/ip/hotspot/active/login` asks RADIUS, and whether it makes a MAC cookie. No public source says. */
  /** What `/system/resource` shows. */
  readonly freeMemoryBytes: number;
  readonly apiLogInAuth: "pap" | "chap";
  readonly apiLogInMakesCookie: boolean;
  readonly apiUser: string;
  readonly apiPassword: string;
  /** The policies of the API user's group. */
  readonly apiPolicies: readonly string[];
  /** The default fasttrack rule: none, for all traffic, or below rules that exclude guests. */
  readonly fastTrack: "none" | "everything" | "guests-kept-out";
  /** Its ports carry more in the evening than at night, as where people live; else the same all day. */
  readonly busyByHour: boolean;
}

/** Faults. A test may change them at any time. */
export interface RouterKnobs {
  /**
   * Disconnect and CoA: served, dropped as by a firewall, or acknowledged without effect; refused for another reason than an unknown session; the
   * first one of each session answered as if there were none; each answered so by somebody who does not know the secret.
   */
  incoming: "on" | "off" | "ack-but-stays" | "refuses" | "forgets-once" | "forged";
  wan: "up" | "down";
  /** Sessions continue past their limits, as when FastTrack bypasses the hotspot. */
  ignoresLimits: boolean;
  /** After a boot the session ids begin with those of the boot before, as when the two digits of the boot have gone round. */
  repeatsSessionIds: boolean;
  /** One digit of a session id changes at each boot, and five count; this many sessions are counted before the first. Null: two, and four. */
  longCountFrom: number | null;
  /** A wrong RADIUS secret, as after a faulty set-up. */
  radiusSecret: string | null;
  /** The API user's password, where it was changed; null: that of the options. */
  apiPassword: string | null;
  /** `/system/script`, by name: what each does. It rejects with the words of the trap. */
  scripts: Readonly<Record<string, () => Promise<void>>>;
  /** API: extra delay per command; no answers at all; refusal of `remove` and `login`. */
  apiLatencyMs: number;
  apiSilent: boolean;
  apiRefuses: boolean;
  /** API: one sentence after the other, and each takes so long, the log-in too: a router without processor time. */
  apiSentenceMs: number;
  /** API: commands that begin with one of these get a trap. */
  apiTraps: readonly string[];
  /** API: at the next of each of these commands the connection ends instead of its answer; done, or lost on its way. */
  apiCuts: { readonly command: string; readonly isDone: boolean }[];
  /** API: the pieces of files that it gives are not those on its disk. */
  apiFileLies: "shorter" | "longer" | "changed" | null;
  /** API: so many rows of these menus are printed, as some Wi-Fi drivers leave clients out. */
  apiPartial: Readonly<Record<string, number>>;
  /** What MikroTik has in each channel of RouterOS, and whether it fits on the router's disk. */
  updates: Readonly<Record<string, string>>;
  updateFits: boolean;
  /** Private addresses that answer no ping. */
  silentAddresses: readonly string[];
  /** A modem with its SIM (`/tool/sms`), and what it has received, oldest first. Null: no modem is chosen. */
  sim: { readonly port: string; receives: boolean; readonly inbox: SimMessage[] } | null;
}

/** As `/tool/sms/inbox` shows it. */
interface SimMessage {
  readonly phone: string;
  readonly timestamp: string;
  readonly message: string;
}

export const defaultOptions: RouterOptions = {
  identity: "karibu-lab",
  address: "127.0.0.1",
  version: "7.22 (stable)",
  board: "RB5009UG+S+",
  serial: "HE308ABCDEF",
  serverName: "hotspot1",
  interfaceName: "bridge-guest",
  hotspotUrl: "http://10.5.50.1",
  portalUrl: "http://172.31.255.2/",
  loginBy: ["http-pap", "http-chap", "mac-cookie"],
  macAuthPassword: "empty",
  macCookieSeconds: 3 * 86_400,
  sharedUsers: 1,
  activeUsersMax: 200,
  interimUpdate: "received",
  radiusServers: [],
  radiusTimeoutMs: 3000,
  radiusSends: 3,
  requireMessageAuth: "yes-for-request-resp",
  incomingPort: 3799,
  accountingKeptSeconds: 3600,
  accountingRetrySeconds: 10,
  wisprLocationId: null,
  wisprLocationName: null,
  ntpSeconds: 30,
  freeMemoryBytes: 740_294_656,
  apiLogInAuth: "pap",
  apiLogInMakesCookie: true,
  apiUser: "karibu",
  apiPassword: "",
  apiPolicies: ["api", "read", "write", "test", "reboot"],
  fastTrack: "none",
  busyByHour: false,
};

export const noFaults = (): RouterKnobs => ({
  incoming: "on",
  wan: "up",
  ignoresLimits: false,
  repeatsSessionIds: false,
  longCountFrom: null,
  radiusSecret: null,
  apiPassword: null,
  scripts: {},
  apiLatencyMs: 0,
  apiSilent: false,
  apiRefuses: false,
  apiSentenceMs: 0,
  apiTraps: [],
  apiCuts: [],
  apiFileLies: null,
  updates: {},
  updateFits: true,
  silentAddresses: [],
  apiPartial: {},
  sim: null,
});
