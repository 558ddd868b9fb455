/** How a simulated router is set up: what an installer would configure, and what a test wants to go wrong. */

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
  /** The address by which RADIUS knows it (NAS-IP-Address). */
  readonly address: string;
  readonly version: string;
  /** Name of the hotspot server (Called-Station-Id) and of its bridge (NAS-Port-Id). */
  readonly serverName: string;
  readonly interfaceName: string;
  /** Where clients reach the log-in pages, without a slash at the end: `http://10.5.50.1`. */
  readonly hotspotUrl: string;
  /** The portal that the log-in page sends people to. */
  readonly portalUrl: string;
  /** `login-by` of the hotspot's profile. */
  readonly loginBy: readonly LogInWay[];
  readonly macAuthPassword: "empty" | "mac" | { readonly fixed: string };
  readonly macCookieSeconds: number;
  /** `shared-users` of the user profile: sessions of one name at a time, unless Port-Limit says otherwise. */
  readonly sharedUsers: number;
  /** The licence's limit of active users; level 4 has 200. */
  readonly activeUsersMax: number;
  /** `radius-interim-update`: as the accept says, or so many seconds whatever it says. */
  readonly interimUpdate: "received" | number;
  readonly radiusServers: readonly RadiusServer[];
  readonly radiusTimeoutMs: number;
  readonly radiusSends: number;
  readonly requireMessageAuth: "no" | "yes-for-request-resp";
  /** `/radius/incoming`; 0 takes any free port. Null: `accept=no`. */
  readonly incomingPort: number | null;
  /** A Start or Stop nobody acknowledged is kept in memory and sent again, with Acct-Delay-Time, for so long. Unproved. */
  readonly accountingKeptSeconds: number;
  readonly accountingRetrySeconds: number;
  readonly wisprLocationId: string | null;
  readonly wisprLocationName: string | null;
  /** Seconds after a boot until NTP gives the right time (the WAN must be up); null: never. Until then it is 1970. */
  readonly ntpSeconds: number | null;
  /** How `/ip/hotspot/active/login` asks RADIUS, and whether it leaves a MAC cookie: no public source settles either. */
  readonly apiLogInAuth: "pap" | "chap";
  readonly apiLogInMakesCookie: boolean;
  readonly apiUser: string;
  readonly apiPassword: string;
  /** Rights of the API user's group. */
  readonly apiPolicies: readonly string[];
  /** The default fasttrack rule: none, over everything, or below rules that keep the guests out of it. */
  readonly fastTrack: "none" | "everything" | "guests-kept-out";
}

/** Faults; may be changed at any time. */
export interface RouterKnobs {
  /** Disconnect and CoA: served, dropped (a firewall), or acknowledged while the client stays. */
  incoming: "on" | "off" | "ack-but-stays";
  wan: "up" | "down";
  /** Sessions run past the limits of their accept, as where FastTrack leads traffic around the hotspot. */
  ignoresLimits: boolean;
  /** Another secret than the server's, as after a botched set-up. */
  radiusSecret: string | null;
  /** API: extra time per command; accept and never answer; refuse to remove or log in. */
  apiLatencyMs: number;
  apiSilent: boolean;
  apiRefuses: boolean;
}

export const defaultOptions: RouterOptions = {
  identity: "karibu-lab",
  address: "127.0.0.1",
  version: "7.22 (stable)",
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
  apiLogInAuth: "pap",
  apiLogInMakesCookie: true,
  apiUser: "karibu",
  apiPassword: "",
  apiPolicies: ["api", "read", "write", "test", "reboot"],
  fastTrack: "none",
};

export const noFaults = (): RouterKnobs => ({
  incoming: "on",
  wan: "up",
  ignoresLimits: false,
  radiusSecret: null,
  apiLatencyMs: 0,
  apiSilent: false,
  apiRefuses: false,
});
