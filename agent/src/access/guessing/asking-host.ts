/**
 * Under which name a device waits for its turn. A name is as good as who vouches for it: the router, which lists the MAC as a host; without its
 * API the address from which the portal is asked (a phone can't easily take another's), and in the router's form the MAC that the router sends.
 * Behind an address that many share, and in PPP, it is what the device says.
 */
import type { HostTable } from "../../ground/host-table.ts";
import type { AskingHost } from "./turns.ts";

export interface AskingHosts {
  /** A code in the portal. */
  ofPortal(device: {
    readonly token: string;
    readonly mac: string | null;
    readonly address: string | null;
    readonly claims?: "mac" | "mac-and-address" | "address";
  }): AskingHost;
  /** A log-in by RADIUS. */
  ofRadius(request: {
    readonly service: "hotspot" | "ppp";
    readonly user: string;
    readonly mac: string | null;
    readonly address: string | null;
  }): AskingHost;
}

export function createAskingHosts(hosts: Pick<HostTable, "listing">): AskingHosts {
  return {
    ofPortal({ token, mac, address, claims }) {
      if (claims === "mac") return { key: address ?? token, isListed: true, isByForm: false };
      // The router was asked, and does not know this address: its MAC is null.
      const isListed = mac !== null || claims === "mac-and-address";
      return { key: mac ?? address ?? token, isListed, isByForm: false };
    },
    ofRadius({ service, user, mac, address }) {
      // No list of hosts has a subscriber's line; his router dials by itself, and a lock slows it (`redials`).
      if (service === "ppp") return { key: mac ?? user, isListed: true, isDialled: true, isByForm: false };
      const isListed = mac === null || hosts.listing(mac) !== "unlisted";
      return { key: mac ?? address ?? user, isListed, isByForm: true };
    },
  };
}
