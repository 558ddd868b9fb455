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
import type { Ground } from "../../ground/create-ground.ts";
import { isPublicAddress } from "../../ground/http-client/public-url.ts";
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

type AskRadiusParts = Pick<Ground, "world" | "exchangeDatagrams" | "dns">;

const atOnceMax = 32;
const ofOneMax = 4;

export function createAskRadius({ world, exchangeDatagrams, dns }: AskRadiusParts): AskRadius {
  let asking = 0;
  const ofProvider = new Map<string, number>();

  async function addressOf({ way, host }: RadiusServer): Promise<string | RadiusTrouble> {
    if (way === "tunnel") return host;
    const found = isIP(host) === 0 ? await dns.addresses(host).catch(() => []) : [host];
    const [first] = found;
    if (first === undefined) return "no-such-name";
    // Else it may be another one at the next question.
    return found.every((address) => isPublicAddress(address)) ? first : "inside";
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
      // One that does not count only says why nobody was believed, in the end.
      let why: RadiusTrouble = "no-answer";
      const answer = await exchangeDatagrams({ address, port }, packet, (received) => {
        const read = readAnswer(received, asked, secret);
        if (read.kind !== "not-ours") return read;
        if (read.why !== "other") why = read.why;
        return null;
      });
      return answer ?? none(why);
    } finally {
      asking -= 1;
      const left = (ofProvider.get(providerId) ?? 1) - 1;
      if (left === 0) ofProvider.delete(providerId);
      else ofProvider.set(providerId, left);
    }
  };
}

const none = (why: RadiusTrouble): RadiusAnswer => ({ kind: "none", why });
