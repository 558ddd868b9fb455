import type { InboxState } from "@karibu/protocol/rpc/report-inbox";
import type { LiveRouter } from "./live-router.ts";

/**
 * The router's API, as far as the agent uses it: the first way to log a host in, and the way to end a session when a
 * Disconnect-Request was not enough. `routeros/hotspot-control.ts` implements it. Every promise settles within its time-out and
 * rejects when the router refuses or does not answer.
 */
export interface RouterControl {
  /** The API itself, for the views and actions of the hub. Absent: this router has none. */
  readonly live?: LiveRouter;
  /** The router's list of sessions, hotspot and PPP. */
  activeSessions(): Promise<readonly ActiveSession[]>;
  /** Removes one row of that list. A row that is gone already is no error, and who has its id since stays. */
  removeSession(session: ActiveSession): Promise<void>;
  /** Removes the MAC cookies of this device or user, so that the router does not log it in again by itself. */
  removeCookies(of: { readonly mac: string | null; readonly user: string }): Promise<void>;
  /** The router's table of hosts on the guests' network (`/ip/hotspot/host`), logged in or not. */
  hosts?(): Promise<readonly RouterHost[]>;
  /** How long it has been up (`/system/resource`); null: it does not say. */
  upForMs?(): Promise<number | null>;
  /** Does this address answer the router's ping (`/tool/ping`)? Rejects when the router can't be asked. */
  ping?(address: string): Promise<boolean>;
  /**
   * Its date, milliseconds since 1970, where its NTP client is synchronised (`/system/ntp/client`); null: it is not, or the right to read it
   * is missing.
   */
  synchronisedMs?(): Promise<number | null>;
  /** Sets its date where that is before `earliestMs`. False: its date may be right, so it is left alone. */
  setLostClock?(toMs: number, earliestMs: number): Promise<boolean>;
  /** What its SIM has received from this sender (`/tool/sms/inbox`), and whether it can be read. What others sent stays at the router. */
  inbox?(sender: string): Promise<RouterInbox>;
  /** The address list of suspended customers, where the router has an API. */
  readonly suspended?: {
    read(): Promise<readonly ListedAddress[]>;
    add(address: string): Promise<void>;
    /** One that is gone already is no error. */
    remove(id: string): Promise<void>;
  };
  /** The router's settings that Karibu depends on. */
  inspect?(): Promise<RouterSetUp>;
  /** What else can go wrong at it: who surfs past the hotspot, limits, names, MTU. `guestInterface`: null: not known. */
  upkeep?(guestInterface: string | null): Promise<RouterUpkeep>;
  /** What the agent wrote down at the router; null: nothing. */
  witness?(): Promise<string | null>;
  /** Writes one line down at the router, where the last one was. It survives the router's restart. */
  noteWitness?(text: string): Promise<void>;
  /** Logs a host in (`/ip/hotspot/active/login`). Rejects with the router's message when it refuses. */
  logIn(host: {
    readonly user: string;
    readonly password: string;
    readonly address: string;
    readonly mac: string | null;
  }): Promise<void>;
}

export interface ListedAddress {
  /** The router's row id. */
  readonly id: string;
  readonly address: string;
  /** An agent put it there. False: it came with a log-in, by RADIUS, and goes with the session. */
  readonly isOwn: boolean;
}

export interface RouterInbox {
  readonly state: InboxState;
  /** Oldest first. */
  readonly messages: readonly InboxMessage[];
}

export interface InboxMessage {
  readonly sender: string;
  /** As the router shows it: tells two messages of the same words apart. */
  readonly time: string;
  /** The same as milliseconds since 1970; null: of a form that is not known. */
  readonly atMs: number | null;
  readonly text: string;
}

export interface RouterHost {
  readonly mac: string;
  /** The host's own address, and last the one that the router translates it to. */
  readonly addresses: readonly string[];
}

/** The address by which everybody but the host itself knows it: RADIUS (Framed-IP-Address), the router's list, and whoever it asks for a page. */
export const addressBehindRouter = ({ addresses }: RouterHost): string | undefined => addresses.at(-1);

/** A field is null where the API user lacks the right to read it. */
export interface RouterSetUp {
  readonly version: string | null;
  /** Of the whole board, which router and container share. */
  readonly freeMemoryBytes: number | null;
  /** The router's date, milliseconds since 1970 (UTC). */
  readonly clockMs: number | null;
  /** Rows of `/radius` that serve the hotspot, in order. */
  readonly radius: readonly RadiusRow[] | null;
  readonly incoming: { readonly accept: boolean; readonly port: number } | null;
  /** Enabled forward rules with `action=fasttrack-connection`. */
  readonly fastTrack: readonly FastTrackRule[] | null;
  /** Rights of the API user's group. */
  readonly policies: readonly string[] | null;
}

/** Lists are cut to a few; a field is null where the router does not show it. */
export interface RouterUpkeep {
  /** `3` … `6`, `p1`, `free`. */
  readonly licenceLevel: string | null;
  /** RouterOS found traces of a break-in. */
  readonly isFlagged: boolean | null;
  /** RouterBOARD's firmware, as it is and as the installed RouterOS has it. */
  readonly firmware: { readonly current: string; readonly upgrade: string } | null;
  /** Blocks of its own flash that failed, in percent. */
  readonly badBlocksPercent: number | null;
  readonly dns: { readonly hasServer: boolean } | null;
  /** Hosts that the walled garden lets through although phones find the portal by them. */
  readonly openProbes: readonly string[] | null;
  /** MACs or addresses that pass the hotspot without log-in, but for those of Karibu's own script. */
  readonly bypassed: readonly string[] | null;
  /** Local users that can log in without the agent: how many, and a few names, cut. */
  readonly localUsers: { readonly count: number } | null;
  /** Open sessions that the agent did not let in. */
  readonly sessionsWithoutUs: number | null;
  /** Guests can try for nothing, without the agent. */
  readonly hasTrial: boolean | null;
  /** One MAC behind several ports or addresses of the guests at the same time. */
  readonly twinMacs: readonly string[] | null;
  /** Hosts without log-in that moved so much that it is no page of a portal: names are looked up for something else. */
  readonly busyHosts: readonly { readonly mac: string; readonly bytes: number; readonly packets: number }[] | null;
  /** Guests have public IPv6 addresses, and no rule of the firewall stops them. */
  readonly ipv6Leaks: number | null;
  /** The port to the internet, as its cable is. */
  readonly uplink: { readonly name: string; readonly mbps: number | null; readonly mtu: number | null } | null;
  /** MTU of the tunnel to the hub; null: there is none. */
  readonly tunnelMtu: number | null;
}

export interface RadiusRow {
  readonly address: string;
  readonly authPort: number;
  readonly acctPort: number;
  readonly timeoutMs: number;
  readonly requireMessageAuth: string | null;
}

export interface FastTrackRule {
  /** `taken`: the rule takes the guests' traffic, so speed limits and accounting are wrong. `unclear`: it has a condition. */
  readonly guests: "taken" | "kept-out" | "unclear";
  readonly comment: string;
}

export interface ActiveSession {
  /** The router's row id. Another session may get it once this one is gone. */
  readonly id: string;
  readonly user: string;
  readonly mac: string | null;
  readonly address: string | null;
  /** Acct-Session-Id; null where the router does not show it. */
  readonly sessionId: string | null;
}
