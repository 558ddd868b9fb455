/**
 * How this device and the hub prove themselves before anything else is said: the device by its key, the hub by the key that
 * was pinned at enrolment. One for each connection.
 */
import { type AgentHello, type HubHello, linkProof, type WelcomeFrame } from "@karibu/protocol/frame";
import { signProof, verifyProof } from "@karibu/protocol/link-keys";
import type { Random } from "@karibu/protocol/world";
import type { AgentIdentity } from "./identity.ts";

export interface Handshake {
  /** What our hello begins with; null: there is no protocol in common. */
  answer(hello: HubHello): Pick<AgentHello, "type" | "role" | "protocol" | "siteId" | "nonce" | "signature"> | null;
  /** Is this welcome of the hub that enrolled this device? */
  isOfHub(welcome: WelcomeFrame): boolean;
}

/** `protocols`: what we speak, newest first. */
export function createHandshake(
  random: Random,
  { siteId, keys, hubPublicKey }: AgentIdentity,
  protocols: readonly number[],
): Handshake {
  let hubNonce = "";
  let nonce = "";
  return {
    answer(hello) {
      const protocol = protocols.find((version) => hello.protocols.includes(version));
      if (protocol === undefined) return null;
      hubNonce = hello.nonce;
      nonce = Buffer.from(random.bytes(24)).toString("base64");
      const signature = signProof(keys, linkProof("agent", hubNonce, nonce, siteId));
      return { type: "hello", role: "agent", protocol, siteId, nonce, signature };
    },
    isOfHub: ({ signature }) =>
      nonce !== "" && verifyProof(hubPublicKey, linkProof("hub", hubNonce, nonce, siteId), signature),
  };
}
