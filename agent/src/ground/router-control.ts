/**
 * The router by its own API, as far as sessions go: the second way to end one when RADIUS' Disconnect-Request was not
 * enough, and the first way to log a host in. `routeros/hotspot-control.ts` implements it; null where there is no API.
 * Every promise settles within its own time-out; a refusal or a silent router rejects.
 */
export interface RouterControl {
  /** Who is online by the router's own list, one read for everybody (PPP sessions too). */
  activeSessions(): Promise<readonly ActiveSession[]>;
  /** Removes one row of that list; a row that is already gone is no error. */
  removeSession(id: string): Promise<void>;
  /** Forgets the MAC cookies of this device or user, so that it is not silently back a second later. */
  removeCookies(of: { readonly mac: string | null; readonly user: string }): Promise<void>;
  /** Everybody on the guests' network by the router's own table (`/ip/hotspot/host`), logged in or not. */
  hosts?(): Promise<readonly RouterHost[]>;
  /** Does the internet answer the router (`/tool/ping`)? Rejects when the router can't be asked. */
  ping?(address: string): Promise<boolean>;
  /** How the router is set up, as far as Karibu depends on it. */
  inspect?(): Promise<RouterSetUp>;
  /** Logs a host in (`/ip/hotspot/active/login`); rejects with the router's words when it refuses. */
  logIn(host: {
    readonly user: string;
    readonly password: string;
    readonly address: string;
    readonly mac: string | null;
  }): Promise<void>;
}

export interface RouterHost {
  readonly mac: string;
  /** Its own address and the one it was given by translation. */
  readonly addresses: readonly string[];
}

/** Null where the router refuses to show it (rights). */
export interface RouterSetUp {
  readonly version: string | null;
  /** The router's own date, milliseconds since 1970 (UTC). */
  readonly clockMs: number | null;
  /** Rows of `/radius` that serve the hotspot, in their order. */
  readonly radius: readonly RadiusRow[] | null;
  readonly incoming: { readonly accept: boolean; readonly port: number } | null;
  /** Forward rules with `action=fasttrack-connection` that are on. */
  readonly fastTrack: readonly FastTrackRule[] | null;
  /** Rights of the API user's group; null: not shown. */
  readonly policies: readonly string[] | null;
}

export interface RadiusRow {
  readonly address: string;
  readonly authPort: number;
  readonly acctPort: number;
  readonly timeoutMs: number;
  readonly requireMessageAuth: string | null;
}

export interface FastTrackRule {
  /** Is the guests' traffic taken by it (then speed limits and accounting are wrong)? `unclear`: it is narrowed down somehow. */
  readonly guests: "taken" | "kept-out" | "unclear";
  readonly comment: string;
}

export interface ActiveSession {
  /** The router's row id, good for `removeSession`. */
  readonly id: string;
  readonly user: string;
  readonly mac: string | null;
  readonly address: string | null;
  /** Acct-Session-Id where the router shows it. */
  readonly sessionId: string | null;
}
