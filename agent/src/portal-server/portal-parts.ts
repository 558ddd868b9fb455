/** What the portal server is made of: everything it knows of the site comes through these, so the simulation can hand in its own. */

import type { CustomerDesk } from "../access/portal-access.ts";
import type { CashDesk } from "../cash/cash-sales.ts";
import type { Finding } from "../doctor/findings.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { RouterControl } from "../ground/router-control.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { ImageArrival } from "../updates/image-arrival.ts";
import type { Metric } from "./http/metrics.ts";
import type { StatusReport } from "./installer/status-page.ts";

export interface PortalParts {
  readonly desk: CustomerDesk;
  readonly feed: Pick<FeedStore, "rows">;
  readonly hub: Pick<HubLink, "state" | "call"> & Partial<Pick<HubLink, "hurry" | "onChange">>;
  /** Null: no RouterOS API here; the phone posts its log-in to the hotspot itself. */
  readonly router: RouterControl | null;
  /** Absent: nobody sells for cash here. */
  readonly cash?: CashDesk;
  readonly facts: PortalFacts;
  readonly files: PortalFiles;
}

export interface PortalFacts {
  /** `ok` false answers 503, which restarts the container: only for what a restart can mend. */
  health(): { readonly ok: boolean; readonly checks: Readonly<Record<string, string>> };
  /** For installers: what runs, and what is missing. */
  status(): StatusReport;
  /** What is wrong here and what to do about it, looked at now. Absent: nobody looks. */
  examine?(): Promise<{ readonly version: string; readonly findings: readonly Finding[] }>;
  /** For the router that brings a new image. Absent: there is none to bring. */
  readonly image?: ImageArrival | undefined;
  /** Added to the portal's own figures. */
  metrics(): readonly Metric[];
}

/** Built portal files by path (`/`, `/assets/…`). */
export type PortalFiles = ReadonlyMap<string, PortalFile>;
export interface PortalFile {
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly gzip: Uint8Array | null;
  /** Hashed names never change: the phone may keep them for a year. */
  readonly immutable: boolean;
  /** `'sha256-…'` of the inline scripts and styles of a page, for its Content-Security-Policy. */
  readonly inlineHashes: readonly string[];
}

export interface PortalSettings {
  /** The hotspot's log-in URL, for phones that came without the hotspot's redirect; null when not known. */
  readonly hotspotLoginUrl: string | null;
  /** How phones reach the portal, for RFC 8908; null: as the request said (`Host`). */
  readonly portalUrl: string | null;
  /** Addresses that many phones share (the router, when it masquerades): not taken for a phone's own. Loopback always is. */
  readonly sharedAddresses: readonly string[];
  /** Opens `/status`, `/doctor` and `/metrics` from elsewhere than this machine; null or absent: nothing does. */
  readonly installerKey?: string | null;
}

/** One request, whatever carried it. Header names in lower case. */
export interface PortalRequest {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Undecoded body; empty when there is none. */
  readonly body: string;
  /** Address of the peer; null when it is not known. */
  readonly address: string | null;
}

export interface PortalResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array;
}
