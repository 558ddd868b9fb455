/**
 * Tries a provider's sub-domain as a browser would reach it: does its name have an address, is it the hub's, and is it this hub that answers there,
 * over https and with a certificate of this name?
 *
 * Attackers and what stops them. The name is below the hub's own, and what stands behind it is whatever its DNS says. Who has it lead to an address
 * inside: only addresses of the internet are dialled, the one that was looked at (`http-client/public-url.ts`), and no redirect is followed. Who answers
 * there in the hub's place: a question made up a moment ago comes back with the hub's own sign, or it was somebody else; nothing of an answer is told.
 * Who collects such signs: they stand on a text of this check alone, with the question in it, and prove nothing else.
 * Not told apart: who passes the question on to this hub and its answer back. That takes an address below the hub's own name, so its DNS, and a certificate of it.
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { plainHost } from "../../ground/http/host-gate.ts";
import { route } from "../../ground/http/route.ts";
import type { AskDns } from "../../ground/http-client/ask-dns.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { isPublicAddress } from "../../ground/http-client/public-url.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";

export const subdomainOutcomes = [
  "answers",
  /** The provider has none. */
  "none",
  /** The hub itself has no https name of the internet: names below it can have neither address nor certificate. */
  "hub-without-name",
  "no-address",
  "no-name-server",
  "inside",
  "certificate",
  "no-answer",
  "other-answer",
] as const;
export type SubdomainOutcome = (typeof subdomainOutcomes)[number];

export interface SubdomainFinding {
  readonly outcome: SubdomainOutcome;
  /** Has it an address of the hub's own name? Behind a service in front they may differ. `unknown`: nobody could say. */
  readonly leadsHere: "yes" | "no" | "unknown";
}

interface Parts {
  readonly world: Pick<World, "random">;
  readonly envelope: Pick<Envelope, "sign" | "isSign">;
  readonly dns: AskDns;
  readonly http: HttpCall;
  readonly publicUrl: string;
}

const answerPath = "/api/v1/hub-sign";
const waitMs = 15_000; // the first question after a name was chosen waits for its certificate
const signed = (question: string): string => `setting-check/subdomain\n${question}`;

/** What the hub says at each of its names to who asks whether it is this hub. */
export function hubSignRoute(envelope: Pick<Envelope, "sign">) {
  return route({
    method: "GET",
    path: answerPath,
    summary: "The hub's sign on a question: who asked it knows that this very hub answers at a name",
    permission: "public",
    query: z.strictObject({ question: z.string().regex(/^[0-9a-f]{32}$/) }),
    response: z.object({ sign: z.string() }),
    handle: async ({ query: { question } }) => ({ sign: envelope.sign(signed(question)).toString("hex") }),
  });
}

/** `<sub-domain>.<the hub's name>`; null: the hub has no name of the internet. Pure. */
export function subdomainHost(subdomain: string, publicUrl: string): string | null {
  const { protocol, host, port } = new URL(publicUrl);
  const hub = plainHost(host);
  const isNamed = protocol === "https:" && hub.includes(".") && !/^[\d.]+$/.test(hub) && !hub.includes(":");
  return isNamed ? `${subdomain}.${hub}${port === "" ? "" : `:${port}`}` : null;
}

export async function trySubdomain(parts: Parts, host: string): Promise<SubdomainFinding> {
  const { dns, publicUrl } = parts;
  const [theirs, ours] = await Promise.all(
    [plainHost(host), plainHost(new URL(publicUrl).host)].map((name) => dns.addresses(name).catch(() => null)),
  );
  if (theirs == null) return { outcome: "no-name-server", leadsHere: "unknown" };
  if (theirs.length === 0) return { outcome: "no-address", leadsHere: "no" };
  const shared = theirs.some((address) => ours?.includes(address)) ? ("yes" as const) : ("no" as const);
  const leadsHere = ours == null ? ("unknown" as const) : shared;
  if (!theirs.every(isPublicAddress)) return { outcome: "inside", leadsHere };
  return { outcome: await ask(parts, host), leadsHere };
}

async function ask({ world, envelope, http }: Parts, host: string): Promise<SubdomainOutcome> {
  const question = Buffer.from(world.random.bytes(16)).toString("hex");
  try {
    const { status, body } = await http({
      method: "GET",
      url: `https://${host}${answerPath}?question=${question}`,
      headers: { accept: "application/json" },
      timeoutMs: waitMs,
      isTyped: true,
    });
    const sign = status === 200 ? signIn(body) : null;
    return sign !== null && envelope.isSign(signed(question), sign) ? "answers" : "other-answer";
  } catch (error) {
    return isAboutCertificate(error) ? "certificate" : "no-answer";
  }
}

function signIn(body: string): Uint8Array | null {
  try {
    const { sign } = JSON.parse(body) as { sign?: unknown };
    return typeof sign === "string" && /^[0-9a-f]{64}$/.test(sign) ? Buffer.from(sign, "hex") : null;
  } catch {
    return null; // somebody else's page
  }
}

/** Node's names of what is wrong with a certificate, and the alert of a proxy that has none for this name. */
function isAboutCertificate(error: unknown): boolean {
  const { code = "", cause } = error as { code?: unknown; cause?: unknown };
  if (/CERT|SIGNATURE|ERR_TLS|ERR_SSL|EPROTO/.test(String(code))) return true;
  return cause !== undefined && cause !== error && isAboutCertificate(cause ?? {});
}
