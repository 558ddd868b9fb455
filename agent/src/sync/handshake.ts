/**
 * The device and the hub prove their identity before any other frame: the device with its key, the hub with the key that was pinned at
 * enrolment. One handshake per connection.
 */
import { type AgentHello, type HubHello, linkProof, type WelcomeFrame } from "@karibu/protocol/frame";
import { signProof, verifyProof } from "@karibu/protocol/link-keys";
import type { Random } from "@karibu/protocol/world";
import type { AgentIdentity } from "./identity.ts";

export interface Handshake {
  /** The first fields of our hello; null: there is no common protocol. */
  answer(hello: HubHello): Pick<AgentHello, "type" | "role" | "protocol" | "siteId" | "nonce" | "signature"> | null;
  /** Does this welcome come from the hub that enrolled this device? */
  isOfHub(welcome: WelcomeFrame): boolean;
}

/** `protocols`: the versions that we support, newest first. */
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
