/**
 * Asks a RADIUS server that a provider named whether a name and a password fit: one socket a question, the same packet again while nobody answers.
 *
 * Attackers and what stops them. Who names an address inside, to have the hub speak to it: a name is resolved here, all of its addresses must be of the
 * internet, and the socket is connected to that very address; ports begin at 1024, so neither name servers nor clocks are asked, and what comes back is
 * never shown. Who sends answers from elsewhere: the socket hears that address alone, from a port that is new each time, and `radius-packets.ts` wants
 * both authenticators. Who changes an answer on the way (Blast-RADIUS): without a Message-Authenticator none counts. Who wants the hub to wait: some
 * seconds a question, and so many questions at once, of all providers and of one.
 */
import { isIP } from "node:net";
import type { World } from "@karibu/protocol/world";
import { isPublicAddress } from "../http-client/public-url.ts";
import {
  accessRequest,
  passwordOctetsMax,
  type RadiusQuestion,
  type ReadAnswer,
  readAnswer,
  userOctetsMax,
} from "./radius-packets.ts";

export interface RadiusServer {
  readonly providerId: string;
  /** `internet`: a name or an address there. `tunnel`: the address of a site's router in the hub's own tunnel, as the hub gave it. */
  readonly way: "internet" | "tunnel";
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

/** Why nothing was learnt. Each has a sentence in the console. */
export const radiusTroubles = [
  "no-such-name",
  "inside",
  "no-answer",
  /** It answered without a Message-Authenticator. */
  "unsigned",
  /** It answered by another secret. */
  "wrong-secret",
  "busy",
  /** The name or the password is longer than RADIUS carries. */
  "too-long",
] as const;
export type RadiusTrouble = (typeof radiusTroubles)[number];

export type RadiusAnswer =
  | Exclude<ReadAnswer, { readonly kind: "not-ours" }>
  | { readonly kind: "none"; readonly why: RadiusTrouble };

export type AskRadius = (server: RadiusServer, question: RadiusQuestion) => Promise<RadiusAnswer>;

/** A socket that speaks with one address alone. `node-datagrams.ts` opens real ones. */
export type OpenDatagrams = (
  to: { readonly address: string; readonly port: number },
  onMessage: (packet: Uint8Array) => void,
) => { send(packet: Uint8Array): void; close(): void };

/** A person waits for it. */
const againMs = 2000;
const triesMax = 3;
const atOnceMax = 32;
const ofOneMax = 4;

interface Parts {
  readonly world: Pick<World, "clock" | "random">;
  readonly open: OpenDatagrams;
  /** Rejects when no name server answered. */
  readonly addresses: (name: string) => Promise<readonly string[]>;
  /** For tests. */
  readonly mayDial?: (address: string) => boolean;
}

export function createAskRadius({ world, open, addresses, mayDial = isPublicAddress }: Parts): AskRadius {
  let asking = 0;
  const ofProvider = new Map<string, number>();

  async function addressOf({ way, host }: RadiusServer): Promise<string | RadiusTrouble> {
    if (way === "tunnel") return host;
    const found = isIP(host) === 0 ? await addresses(host).catch(() => []) : [host];
    const [first] = found;
    if (first === undefined) return "no-such-name";
    // Else it may be another one at the next question.
    return found.every((address) => mayDial(address)) ? first : "inside";
  }

  return async (server, question) => {
    const { providerId, secret, port } = server;
    if (Buffer.byteLength(question.user) > userOctetsMax || Buffer.byteLength(question.password) > passwordOctetsMax)
      return none("too-long");
    const mine = ofProvider.get(providerId) ?? 0;
    if (asking >= atOnceMax || mine >= ofOneMax) return none("busy");
    asking += 1;
    ofProvider.set(providerId, mine + 1);
    try {
      const address = await addressOf(server);
      if (isIP(address) === 0) return none(address as RadiusTrouble);
      const asked = { id: world.random.bytes(1)[0] as number, authenticator: world.random.bytes(16) };
      const packet = accessRequest(question, secret, asked);
      return await exchange({ address, port }, packet, (answer) => readAnswer(answer, asked, secret));
    } finally {
      asking -= 1;
      const left = (ofProvider.get(providerId) ?? 1) - 1;
      if (left === 0) ofProvider.delete(providerId);
      else ofProvider.set(providerId, left);
    }
  };

  /** The first answer that counts. One that does not only says why nobody was believed, in the end. */
  function exchange(
    to: { readonly address: string; readonly port: number },
    packet: Uint8Array,
    judge: (answer: Uint8Array) => ReadAnswer,
  ): Promise<RadiusAnswer> {
    return new Promise((resolve) => {
      let why: RadiusTrouble = "no-answer";
      let tries = 0;
      let timer = { cancel() {} };
      const end = (answer: RadiusAnswer) => {
        timer.cancel();
        socket.close();
        resolve(answer);
      };
      const socket = open(to, (received) => {
        const read = judge(received);
        if (read.kind !== "not-ours") end(read);
        else if (read.why !== "other") why = read.why;
      });
      const again = () => {
        if (tries >= triesMax) return end(none(why));
        tries += 1;
        socket.send(packet);
        timer = world.clock.after(againMs, again);
      };
      again();
    });
  }
}

const none = (why: RadiusTrouble): RadiusAnswer => ({ kind: "none", why });
