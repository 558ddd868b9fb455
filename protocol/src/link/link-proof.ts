/**
 * The texts that agent and hub sign to prove their identity, by protocol. Since 3 they cover what each says in its greeting: the hub's time, where
 * to resume, its generation, and the protocols that it offered, so that nobody between the two can change them.
 */
import { type AgentHello, linkProof, type WelcomeFrame } from "./frame.ts";

/** The first protocol whose proofs cover the greeting. */
const coveredSince = 3;

/** What both ends know of a link's beginning. */
export interface Greeting {
  readonly hubNonce: string;
  /** The protocols of the hub's hello, as this end sent or heard them. */
  readonly offered: readonly number[];
  readonly hello: Pick<AgentHello, "protocol" | "siteId" | "nonce" | "epoch" | "lastSeq" | "generation">;
}

/** What the agent signs in its hello. */
export function agentProof({ hubNonce, offered, hello }: Greeting): string {
  const { protocol, siteId, nonce, epoch, lastSeq, generation } = hello;
  if (protocol < coveredSince) return linkProof("agent", hubNonce, nonce, siteId);
  return textOf("agent", [hubNonce, nonce, siteId, offered, protocol, epoch, lastSeq, generation]);
}

/** What the hub signs in its welcome. */
export function hubProof(
  { hubNonce, offered, hello }: Greeting,
  welcome: Omit<WelcomeFrame, "type" | "signature">,
): string {
  const { siteId, nonce } = hello;
  if (hello.protocol < coveredSince) return linkProof("hub", hubNonce, nonce, siteId);
  const { protocol, generation, timeMs, resumeAfterSeq, newEpoch, recall = null } = welcome;
  const said = [protocol, generation, timeMs, resumeAfterSeq, newEpoch, recall];
  return textOf("hub", [hubNonce, nonce, siteId, offered, ...said]);
}

/** JSON keeps the fields apart, whatever they contain. */
const textOf = (role: "agent" | "hub", said: readonly unknown[]): string =>
  `karibu-link-3\n${role}\n${JSON.stringify(said)}`;

/** Eight characters of base64, six bytes: no nonce of an older agent ends so by chance. */
const fallenBackMark = "KARIBU/3";

/**
 * The nonce of an agent that speaks 3 and was offered less. Both proofs of the older protocols cover it: a hub that did offer 3 sees that somebody
 * between them has changed its list.
 */
export function nonceFor(protocol: number, nonce: string): string {
  return protocol < coveredSince ? nonce.slice(0, -fallenBackMark.length) + fallenBackMark : nonce;
}

/** Was the agent talked into an older protocol than both ends speak? */
export function wasTalkedDown({ protocol, nonce }: Pick<AgentHello, "protocol" | "nonce">): boolean {
  return protocol < coveredSince && nonce.endsWith(fallenBackMark);
}
