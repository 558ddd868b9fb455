/** The current request's attributes as plain values. Valid until the next packet is loaded. */

import { attributes } from "@karibu/protocol/radius/attributes";
import { formatAddress } from "@karibu/protocol/radius/ip-address";
import { headerBytes, type PacketIndex } from "@karibu/protocol/radius/packet-index";
import { routerLogInRealm as realm } from "@karibu/protocol/router/router-log-in";
import { cutText } from "@karibu/protocol/whole-text";
import type { Nas, SessionService } from "../../access/access.ts";
import { normaliseMac } from "../../ground/mac-address.ts";
import { routerAddress } from "../../state/router-address.ts";
import type { PacketMemory } from "./packet-memory.ts";

export interface RequestView {
  /** Null: the attribute is absent. */
  text(type: number): string | null;
  u32(type: number): number | null;
  /** Values of Class beside the first: a server on the way may have added its own (RFC 2865 §5.25). */
  otherClasses(): readonly string[];
  address(): string | null;
  /** Calling-Station-Id as `AA:BB:CC:DD:EE:FF`; null: it is no MAC (L2TP sends an IP address). */
  mac(): string | null;
  /** Who sent the packet. The same object for packets in a row of one NAS. */
  nas(source: string): Nas;
  isPpp(): boolean;
  /**
   * Somebody wants into the router itself. Our row of `/radius` for that has a realm of its own, which RouterOS repeats. A row that a person made
   * has none: then a log-in (Service-Type) without anything that a hotspot or PPP would say of its guest is one too.
   */
  isToRouter(): boolean;
  /** It says what only a hotspot or PPP says of a guest. */
  isOfGuest(): boolean;
  /** PPPoE runs over Ethernet (NAS-Port-Type 15); L2TP, SSTP and the like come on virtual ports. */
  service(): SessionService;
  /** WISPr-Logoff-URL; null: the NAS sent none. */
  logOffUrl(): string | null;
}

/** Service-Type (RFC 2865 §5.6). */
export const framedUser = 2;
const loginUser = 1;
/** What a request about a guest has, and one about the router's own log-in has not: a hotspot sends Login-User too. */
const guestAttributes = [attributes.calledStationId, attributes.nasPortId] as const;
/** What no router says of a log-in to itself, whatever its version. */
const surelyOfGuest = [attributes.framedIpAddress, attributes.framedProtocol] as const;
/** Framed-Protocol (RFC 2865 §5.7). */
export const pppProtocol = 1;
/** NAS-Port-Type (RFC 2865 §5.41). */
const ethernetPort = 15;
/** As long as a journal's key may be. */
const nameLengthMax = 128;
/** No NAS-IP-Address: a number that no four octets make. */
const noAddress = -1;

export function createRequestView({ buffer, requestAt }: PacketMemory, index: PacketIndex): RequestView {
  /** The last NAS-Identifier: most packets in a row have the same one, and one copy of the text is kept. */
  let nasName = "";
  let nasOctets = new Uint8Array(0);
  let lastNas: Nas = { name: "", router: "" };
  let lastSource = "";
  let lastName = "";
  let lastAddress = noAddress;

  function nasNameAt(at: number): string {
    const length = (buffer[at + 1] as number) - 2;
    let same = length === nasOctets.length;
    for (let index = 0; same && index < length; index++) same = nasOctets[index] === buffer[at + 2 + index];
    if (same) return nasName;
    nasOctets = new Uint8Array(buffer.subarray(at + 2, at + 2 + length));
    nasName = buffer.toString("utf8", at + 2, at + 2 + length);
    return nasName;
  }

  function ownAddressOf(address: number): string | null {
    if (address !== noAddress) return addressAt(index.standard[attributes.nasIpAddress.type] as number);
    const at = index.standard[attributes.nasIpv6Address.type] as number;
    return at === 0 ? null : formatAddress(new Uint8Array(buffer.subarray(at + 2, at + 18)));
  }

  function addressAt(at: number): string {
    return `${buffer[at + 2]}.${buffer[at + 3]}.${buffer[at + 4]}.${buffer[at + 5]}`;
  }

  const view: RequestView = {
    text(type) {
      const at = index.standard[type] as number;
      return at === 0 ? null : buffer.utf8Slice(at + 2, at + (buffer[at + 1] as number));
    },
    u32(type) {
      const at = index.standard[type] as number;
      if (at === 0) return null;
      const high = ((buffer[at + 2] as number) << 8) | (buffer[at + 3] as number);
      return high * 0x10000 + (((buffer[at + 4] as number) << 8) | (buffer[at + 5] as number));
    },
    otherClasses() {
      const found: string[] = [];
      if (!index.hasClasses) return found;
      const first = index.standard[attributes.class.type] as number;
      for (let at = requestAt + headerBytes; at < requestAt + index.length; at += buffer[at + 1] as number)
        if (buffer[at] === attributes.class.type && at !== first)
          found.push(buffer.utf8Slice(at + 2, at + (buffer[at + 1] as number)));
      return found;
    },
    address() {
      const at = index.standard[attributes.framedIpAddress.type] as number;
      if (at !== 0) return addressAt(at);
      const host = index.mikrotik[attributes.mikrotikHostIp.type] as number;
      return host === 0 ? null : addressAt(host);
    },
    mac() {
      const at = index.standard[attributes.callingStationId.type] as number;
      return at === 0 ? null : normaliseMac(buffer.latin1Slice(at + 2, at + (buffer[at + 1] as number)));
    },
    nas(source) {
      const nameAt = index.standard[attributes.nasIdentifier.type] as number;
      const name = nameAt === 0 ? "" : nasNameAt(nameAt);
      const address = view.u32(attributes.nasIpAddress.type) || noAddress; // 0.0.0.0 is none
      const hasAddress6 = address === noAddress && index.standard[attributes.nasIpv6Address.type] !== 0;
      if (source === lastSource && name === lastName && address === lastAddress && !hasAddress6) return lastNas;
      const own = ownAddressOf(address);
      lastSource = hasAddress6 ? "" : source; // not remembered
      lastName = name;
      lastAddress = address;
      lastNas = { name: cutText(name || own || source, nameLengthMax), router: routerAddress(source, own, name) };
      return lastNas;
    },
    logOffUrl() {
      const at = index.wispr[attributes.wisprLogoffUrl.type] as number;
      return at === 0 ? null : buffer.latin1Slice(at + 2, at + (buffer[at + 1] as number));
    },
    service() {
      if (!view.isPpp()) return "hotspot";
      const portType = view.u32(attributes.nasPortType.type);
      return portType === null || portType === ethernetPort ? "pppoe" : "ppp";
    },
    isToRouter() {
      const realmAt = index.mikrotik[attributes.mikrotikRealm.type] as number;
      if (realmAt !== 0 && buffer.latin1Slice(realmAt + 2, realmAt + (buffer[realmAt + 1] as number)) === realm)
        return true;
      return (
        view.u32(attributes.serviceType.type) === loginUser &&
        !view.isOfGuest() &&
        guestAttributes.every(({ type }) => index.standard[type] === 0)
      );
    },
    isOfGuest: () =>
      index.mikrotik[attributes.mikrotikHostIp.type] !== 0 ||
      index.wispr[attributes.wisprLogoffUrl.type] !== 0 ||
      surelyOfGuest.some(({ type }) => index.standard[type] !== 0),
    isPpp() {
      return (
        view.u32(attributes.serviceType.type) === framedUser && view.u32(attributes.framedProtocol.type) === pppProtocol
      );
    },
  };
  return view;
}
