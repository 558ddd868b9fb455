/**
 * How the books name a customer: not by the number, which is stored sealed, but by its *party*. The SHA-256 of a number is no name for it: there
 * are so few numbers that anybody reverses all of them in seconds. So it goes through an HMAC whose key is not in the database in clear.
 * Safaricom sends some payers as SHA-256 of their 12 digits, and that is the first step here too: both ways lead to the same party.
 */
import { createHmac, hkdfSync } from "node:crypto";
import { sha256Hex } from "@karibu/protocol/hash";
import { keysOfPart, keysOfPhone, type PhonePart, type PhonePartKeys } from "./phone-parts.ts";

declare const what: unique symbol;
/** A customer of one provider, 64 hex digits. The same number is another party with another provider. */
export type Party = string & { readonly [what]: "party" };
/** SHA-256 of a number's MSISDN, hex, as a channel delivers it. It stands in no column: `Parties` makes a party of it. */
export type PhoneSha256 = string & { readonly [what]: "phone-sha256" };

/** A MAC address that is only recognised, 64 hex digits. The same device has another mark with another provider. */
export type DeviceMark = string & { readonly [what]: "device-mark" };

export interface Parties {
  /** @param phone an MSISDN */
  ofPhone(providerId: string, phone: string): Party;
  ofSha256(providerId: string, hash: PhoneSha256): Party;
  /** What one site is told instead of the party, 64 hex digits: it fits neither the hub's books nor those of another site. */
  atSite(siteId: string, party: Party): string;
  /** How a device is noted of which nobody may keep the address: 64 hex digits. @param mac in any case */
  ofDevice(providerId: string, mac: string): DeviceMark;
  /** What is kept of a number, so that a part of it finds it: see `phone-parts.ts`. @param phone an MSISDN */
  partKeys(providerId: string, phone: string): PhonePartKeys;
  /** What those of all numbers with this part begin with. */
  keysWithPart(providerId: string, part: PhonePart): PhonePartKeys<string | null>;
}

export const partySecretBytes = 32;

/** The keys that come of the hub's one secret: for the books, for what sites are told, for parts of numbers, and for devices. */
export function partyKeys(secret: Uint8Array): {
  readonly books: Buffer;
  readonly sites: Buffer;
  readonly parts: Buffer;
  readonly devices: Buffer;
} {
  if (secret.length !== partySecretBytes) throw new TypeError(`the secret of parties has ${partySecretBytes} bytes`);
  const derived = (purpose: string) => Buffer.from(hkdfSync("sha256", secret, "", `karibu/${purpose}`, 32));
  return {
    books: derived("party"),
    sites: derived("party-at-site"),
    parts: derived("phone-part"),
    devices: derived("device"),
  };
}

/** What the HMAC of a party is made over. */
export const partyText = (providerId: string, hash: string): string => `${providerId}/${hash}`;

/** What the HMAC of a site's name for a party is made over. */
const siteText = (siteId: string, party: string): string => `${siteId}/${party}`;

/** @param secret random bytes that never change, or every customer would be a stranger: see `secrets/party-secret.ts` */
export function createParties(secret: Uint8Array): Parties {
  const keys = partyKeys(secret);
  const ofSha256 = (providerId: string, hash: PhoneSha256) => hmac(keys.books, partyText(providerId, hash)) as Party;
  return {
    ofPhone: (providerId, phone) => ofSha256(providerId, sha256Hex(phone) as PhoneSha256),
    ofSha256,
    atSite: (siteId, party) => hmac(keys.sites, siteText(siteId, party)),
    ofDevice: (providerId, mac) => hmac(keys.devices, `${providerId}/${mac.toUpperCase()}`) as DeviceMark,
    partKeys: (providerId, phone) => keysOfPhone(keys.parts, providerId, phone),
    keysWithPart: (providerId, part) => keysOfPart(keys.parts, providerId, part),
  };
}

const hmac = (key: Uint8Array, text: string): string => createHmac("sha256", key).update(text).digest("hex");
