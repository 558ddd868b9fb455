/**
 * The device and the hub prove their identity before any other frame: the device with its key, the hub with the key that was pinned at
 * enrolment. One handshake per connection.
 */
import type { AgentHello, HubHello, WelcomeFrame } from "@karibu/protocol/link/frame";
import { signProof, verifyProof } from "@karibu/protocol/link/link-keys";
import { agentProof, type Greeting, hubProof, nonceFor } from "@karibu/protocol/link/link-proof";
import type { Random } from "@karibu/protocol/world";
import type { AgentIdentity } from "./identity.ts";

export interface Handshake {
  /** The first fields of our hello; null: there is no common protocol. `position`: the others that we prove. */
  answer(hello: HubHello, position: Position): ProvedHello | null;
  /** Does this welcome, as it stands, come from the hub that enrolled this device? */
  isOfHub(welcome: WelcomeFrame): boolean;
}

type Position = Pick<AgentHello, "epoch" | "lastSeq" | "generation">;
type ProvedHello = Pick<AgentHello, "type" | "role" | "protocol" | "siteId" | "nonce" | "signature"> & Position;

/** `protocols`: the versions that we support, newest first. */
export function createHandshake(
  random: Random,
  { siteId, keys, hubPublicKey }: AgentIdentity,
  protocols: readonly number[],
): Handshake {
  let greeting: Greeting | null = null;
  return {
    answer(hello, position) {
      const protocol = protocols.find((version) => hello.protocols.includes(version));
      if (protocol === undefined) return null;
      const nonce = nonceFor(protocol, Buffer.from(random.bytes(24)).toString("base64"));
      const own = { type: "hello", role: "agent", protocol, siteId, nonce, ...position } as const;
      greeting = { hubNonce: hello.nonce, offered: hello.protocols, hello: own };
      return { ...own, signature: signProof(keys, agentProof(greeting)) };
    },
    isOfHub: (welcome) =>
      greeting !== null && verifyProof(hubPublicKey, hubProof(greeting, welcome), welcome.signature),
  };
}
