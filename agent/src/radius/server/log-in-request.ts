/** Reads an Access-Request: user, device, place, and a way to try passwords. */
import { timingSafeEqual } from "node:crypto";
import { type KnownPassword, ntHashOf } from "@karibu/protocol/accounts/nt-hash";
import { attributes } from "@karibu/protocol/radius/attributes";
import type { MalformedReason, PacketIndex } from "@karibu/protocol/radius/packet-index";
import type { LogInRequest } from "../../access/access.ts";
import { type MsChap2Exchange, ntResponse } from "../wire/ms-chap.ts";
import type { PacketMemory, StoredSecret } from "./packet-memory.ts";
import type { RequestView } from "./request-view.ts";

/** What is known of the NAS beside its packet. */
export interface AskingNas {
  /** False: its requests look otherwise, and nobody logs in to it by us (`staffGroup` of its dialect). */
  readonly asksForStaff: boolean;
  readonly isSigned: boolean;
  /** False: nothing at it shows the page to who is over (`addressList` of its dialect). */
  readonly hasLists: boolean;
}

export interface LogInReader {
  /** What an Access-Request must have and must not have twice over; null when it can be read. */
  check(): MalformedReason | null;
  /** The current packet's request. Passwords can be tried until `forget`. */
  read(secret: StoredSecret, source: string, nas?: AskingNas): LogInRequest;
  /** MS-CHAPv2's values, or null when the request carries something else. */
  msChapExchange(): MsChap2Exchange | null;
  forget(): void;
}

const { userName, userPassword, chapPassword, chapChallenge, acctSessionId, callingStationId } = attributes;
const aRouter: AskingNas = { asksForStaff: true, isSigned: false, hasLists: true };

export function createLogInReader(packets: PacketMemory, index: PacketIndex, view: RequestView): LogInReader {
  const { buffer } = packets;
  let credential: "unreadable" | "absent" | "pap" | "chap" | "ms-chap-2" = "unreadable";
  let clear = "";
  let exchange: MsChap2Exchange | null = null;

  const passwordIs = (candidate: KnownPassword): boolean => {
    switch (credential) {
      case "pap":
        if (typeof candidate !== "string") return timingSafeEqual(ntHashOf(clear), candidate);
        return sameText(clear, candidate);
      case "chap": {
        if (typeof candidate !== "string") return false; // no hash answers a challenge of MD5 over the clear password
        const at = index.standard[chapPassword.type] as number;
        const challengeAt = index.standard[chapChallenge.type] as number;
        if (challengeAt === 0) return packets.chapFits(at, packets.requestAt + 4, 16, candidate);
        return packets.chapFits(at, challengeAt + 2, (buffer[challengeAt + 1] as number) - 2, candidate);
      }
      case "ms-chap-2":
        return timingSafeEqual(ntResponse(exchange!, candidate), exchange!.ntResponse);
      // An empty password that the NAS left out: sending an empty one would be no harder.
      case "absent":
        return candidate === "";
      default:
        return false;
    }
  };

  /** EAP, ARAP and MS-CHAP version 1 are a password that we can't check, not an empty one. */
  function saysNothing(): boolean {
    return (
      index.standard[attributes.eapMessage.type] === 0 &&
      index.standard[attributes.arapPassword.type] === 0 &&
      index.microsoft[attributes.msChapResponse.type] === 0 &&
      index.microsoft[attributes.msChap2Response.type] === 0
    );
  }

  function octets(from: number, count: number): Uint8Array {
    return new Uint8Array(buffer.subarray(from, from + count));
  }

  /** MS-CHAP2-Response: ident, flags, peer challenge (16), reserved (8), NT-Response (24). RFC 2548 §2.3.2. */
  function readExchange(user: string): MsChap2Exchange | null {
    const challengeAt = index.microsoft[attributes.msChapChallenge.type] as number;
    const responseAt = index.microsoft[attributes.msChap2Response.type] as number;
    if (challengeAt === 0 || responseAt === 0 || buffer[challengeAt + 1] !== 18) return null;
    return {
      ident: buffer[responseAt + 2] as number,
      authenticatorChallenge: octets(challengeAt + 2, 16),
      peerChallenge: octets(responseAt + 4, 16),
      ntResponse: octets(responseAt + 28, 24),
      user,
    };
  }

  return {
    check() {
      if (index.standard[userName.type] === 0) return "missing-user-name";
      const credentials =
        (index.standard[userPassword.type] === 0 ? 0 : 1) +
        (index.standard[chapPassword.type] === 0 ? 0 : 1) +
        (index.microsoft[attributes.msChap2Response.type] === 0 ? 0 : 1);
      return credentials > 1 ? "several-credentials" : null;
    },
    read(secret, source, nas = aRouter) {
      const user = view.text(userName.type) as string;
      const passwordAt = index.standard[userPassword.type] as number;
      exchange = null;
      if (passwordAt !== 0) {
        credential = "pap";
        clear = packets.revealPassword(secret, passwordAt);
      } else if (index.standard[chapPassword.type] !== 0) credential = "chap";
      else {
        exchange = readExchange(user);
        credential = exchange !== null ? "ms-chap-2" : saysNothing() ? "absent" : "unreadable";
      }
      return {
        nas: view.nas(source).name,
        service: view.isPpp() ? "ppp" : "hotspot",
        user,
        passwordIs,
        isChap: credential === "chap",
        passwordIsReadable: credential !== "unreadable",
        passwordIsEmpty: credential === "pap" ? clear === "" : passwordIs(""),
        clearPassword: credential === "pap" ? clear : null,
        mac: view.mac(),
        address: view.address(),
        sessionId: view.text(acctSessionId.type),
        ...(nas.hasLists ? {} : { hasNoLists: true }),
        ...(nas.asksForStaff && view.isToRouter()
          ? {
              toRouter: { from: view.text(callingStationId.type), isSigned: nas.isSigned, isOfGuest: view.isOfGuest() },
            }
          : {}),
      };
    },
    msChapExchange: () => exchange,
    forget() {
      credential = "unreadable";
      clear = "";
      exchange = null;
    },
  };
}

/** Takes as long for a wrong first letter as for a wrong last one. */
function sameText(typed: string, candidate: string): boolean {
  let difference = typed.length ^ candidate.length;
  for (let at = 0; at < typed.length; at++) {
    difference |= typed.charCodeAt(at) ^ (at < candidate.length ? candidate.charCodeAt(at) : 0);
  }
  return difference === 0;
}
