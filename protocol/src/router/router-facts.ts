/**
 * What the first stage of the pasted line tells the hub about a router, before anything on it was changed. It is hostile text: whoever
 * holds the token may send anything. A script can't write `null`, so what a router does not have is an empty text or an empty list.
 */
import * as z from "zod/mini";
import { wireguardKeyPattern } from "./wireguard-key.ts";

const text = (max: number) => z.string().check(z.maxLength(max));
/** A name by which something is found again: it comes whole, or its row is left out. */
const name = text(200);
/** Bytes: what a router with a disk may have, and no more. */
const count = z.int().check(z.gte(0), z.lte(1_000_000_000_000_000));
const few = <T>(of: z.ZodMiniType<T>) => z.array(of).check(z.maxLength(64));

export const routerFactsSchema = z.object({
  /** `/system/routerboard` serial-number; a CHR has `/system/license` system-id. It names the router that claims the token. */
  serial: text(64).check(z.minLength(1)),
  identity: text(120),
  /** `7.22.1 (stable)` as `/system/resource` says it. */
  version: text(40),
  architecture: text(20),
  board: text(80),
  totalMemoryBytes: count,
  /** Of the board's own flash, with what an earlier set-up has put there. */
  freeDiskBytes: count,
  /** RouterOS shows the flash as a folder `flash`: what is beside it is gone after a boot. Older stages do not say. */
  flashFolder: z.optional(z.boolean()),
  /** `1`, `3` … `6`, `p1`, `free`. */
  licenceLevel: text(20),
  /** Public half of the key that was made on the router; the private half never leaves it. */
  wireguardPublicKey: z.string().check(z.regex(wireguardKeyPattern)),
  deviceMode: z.object({
    mode: text(20),
    container: z.boolean(),
    hotspot: z.boolean(),
    scheduler: z.boolean(),
    fetch: z.boolean(),
    flagged: z.boolean(),
  }),
  packages: few(z.object({ name: text(64), version: text(40), disabled: z.boolean() })),
  disks: few(z.object({ slot: name, sizeBytes: count, freeBytes: count, fileSystem: text(20) })),
  interfaces: few(
    z.object({
      name,
      type: text(20),
      running: z.boolean(),
      /** The bridge that it is a port of; empty: none. */
      bridge: name,
      /** The installer's own connection comes in here. */
      isInstallers: z.boolean(),
    }),
  ),
  /** Of `/interface/wifi` and `/interface/wireless`. */
  wifi: few(z.object({ name, ssid: text(64), driver: z.enum(["wifi", "wireless"]) })),
  hotspots: few(z.object({ name, interface: name, pool: name, profile: name, network: text(40) })),
  /** `192.168.88.1/24` with its interface. */
  addresses: few(z.object({ address: text(40), interface: name })),
  routes: few(z.object({ network: text(40), gateway: text(240) })),
  /** What a VLAN, a PPPoE client, a bonding runs on: `pppoe-out1` on `ether1`. */
  carriers: z.optional(few(z.object({ name, port: name }))),
  /** Interfaces that get their address from somebody else (DHCP), or dial: they lead to the internet, also while they are down. */
  uplinks: z.optional(few(name)),
  dnsServers: few(text(64)),
  /** Router's clock, and whether NTP has set it. */
  clock: z.object({ date: text(20), time: text(20), offset: text(10), isSynchronised: z.boolean() }),
});
export type RouterFacts = z.infer<typeof routerFactsSchema>;
