/**
 * The agent's outside: disk, datagrams, the link to the hub, the router. The contracts are narrow, so that a whole agent runs in
 * one process with simulated adapters. `main.ts` builds the real ones.
 */
import type { RouterProbe } from "@karibu/protocol/router/router-test";
import type { Folder } from "./files/folder.ts";
import type { GetSigned } from "./get-signed.ts";
import type { HttpHandler, HttpListener, StaticFiles } from "./http.ts";
import type { DialHub } from "./hub-link.ts";
import type { Launcher } from "./launcher.ts";
import type { PostJson } from "./post-json.ts";
import type { RadiusStreams } from "./radius-streams.ts";
import type { RouterControl } from "./router-control.ts";
import type { Udp } from "./udp.ts";

export interface Adapters {
  readonly folder: Folder;
  readonly udp: Udp;
  /** RADIUS over TLS. Absent: no router asks so. */
  readonly radiusStreams?: RadiusStreams;
  /** Null: this site has no hub. */
  readonly dialHub: DialHub | null;
  /** Carries the enrolment to the hub. A site with a hub needs it. */
  readonly post?: PostJson;
  /** Asks for the hub's signed time, where no certificate can be checked. Absent: only the link brings it. */
  readonly getSigned?: GetSigned;
  /** The router's API. Absent or null: the agent reaches the router by RADIUS alone. */
  readonly router?: RouterControl | null;
  /**
   * The same of a hosted site's router, through the tunnel, while `router` is absent: for what people see and order there, for the doctor, and
   * for sessions that must end. Not for what is asked each minute: each question crosses the site's own line.
   */
  readonly remoteRouter?: RouterControl;
  /** Walks the five steps of a test on a connection of its own. Absent or null: the agent was told of no router's API. */
  readonly probeRouter?: (() => Promise<RouterProbe>) | null;
  /** The kernel's boot id: it changes when the router restarts. Absent or null: not known (a hosted agent). */
  readonly bootId?: string | null;
  /** How long that kernel runs, milliseconds, also while the agent did not run. Absent: not known. */
  readonly uptimeMs?: () => number;
  /** Free bytes in the data folder. Absent, or null: not known. */
  readonly freeBytes?: () => Promise<number | null>;
  /** SHA-256 of a large file in the data folder, 64 hex digits; null: no such file. Absent: no router brings images. */
  readonly sha256Of?: (name: string) => Promise<string | null>;
  /** Hashes a seller's PIN, with the salt in hex. Absent: on a thread of the pool, whose work a simulated time does not see. */
  readonly hashPin?: (pin: string, saltHex: string) => Promise<Buffer>;
  /** What is wrong with name resolution, as one sentence; null: nothing. Absent: not known. */
  readonly nameProblem?: () => string | null;
  /** Addresses of this machine, for the doctor. Absent: not known. */
  readonly ownAddresses?: () => readonly string[];
  /** Puts the portal on a socket. Absent: only `agent.portal` reaches it (the simulation). */
  readonly listenHttp?: (portal: HttpHandler) => Promise<HttpListener>;
  /** The built portal. Absent: there is no page; the API works. */
  readonly portalFiles?: StaticFiles;
  /** The program that started this agent and can start another release. Absent or null: the agent does no updates. */
  readonly launcher?: Launcher | null;
}
