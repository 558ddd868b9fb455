/**
 * The address of a router (a NAS): what its sessions are kept by. It is where its packets come from and, where that is not the same,
 * its own address or name: `10.5.0.1`, `203.0.113.9/192.168.88.1` (masqueraded: its NAS-IP-Address tells it from the others there),
 * `10.5.0.2#lobby` (it sends no address of its own). A name alone would not do: owners change it, and every new router has the same.
 */
import { cutText } from "@karibu/protocol/whole-text";

/** As long as a journal's key may be. */
const octetsMax = 128;

/** `ownAddress`: NAS-IP-Address, or NAS-IPv6-Address; null: it sends none. */
export function routerAddress(source: string, ownAddress: string | null, name: string): string {
  if (ownAddress === null) return cutText(`${source}#${name}`, octetsMax);
  return ownAddress === source ? source : `${source}/${ownAddress}`;
}

/** What a session is kept by. A session from before routers were kept by their addresses has the router's name alone. */
export function keptBy({ router, nas }: { readonly router: string | null; readonly nas: string }): string {
  return router ?? nas;
}

/**
 * What sessions of the old system are kept by after a takeover. It is no further router: they are at the one whose API the agent has, and are read there.
 * Nothing answers at this address.
 */
export const oldSystemsRouter = "127.0.0.1#before-karibu";

/** Where packets for the router go, and how it names itself there. RFC 5176 §3. */
export interface RouterIdentity {
  readonly host: string;
  readonly ownAddress: string | null;
  readonly name: string | null;
}

export function identityOf(router: string): RouterIdentity {
  const at = router.search(/[/#]/);
  if (at < 0) return { host: router, ownAddress: router, name: null };
  const [host, rest] = [router.slice(0, at), router.slice(at + 1)];
  return router[at] === "/" ? { host, ownAddress: rest, name: null } : { host, ownAddress: null, name: rest || null };
}
