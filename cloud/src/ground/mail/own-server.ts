/**
 * A provider's own mail server. It takes what the provider writes to its customers, and nothing that gives access: letters with log-in links go by the
 * hub's own server, so a wrong setting locks nobody out, and no provider's server reads them.
 *
 * Attackers and what stops them. Who enters an address inside, to have the hub speak to it: the name is resolved here, each address must be one of the
 * internet, and the connection goes to that very address; ports are those of mail submission. Who listens: the password leaves under TLS alone, to a
 * server whose certificate has the name. Who has a person's log-in and wants the password: it is sealed, never answered, and another host or log-in
 * needs it typed again (`mail-server-routes.ts`). Who lets a server of theirs talk to read what the hub sees: its words are not kept, only which kind
 * of trouble it was. Who lets it talk without end, a word before each patience is over: the whole letter has a bound in time, and such letters have
 * workers of their own (`mailer.ts`), so nobody else's wait.
 */
import { lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";
import { createTransport } from "nodemailer";
import type { Tx } from "../db/database.ts";
import { isPublicAddress } from "../http-client/public-url.ts";
import type { Envelope } from "../secrets/envelope.ts";
import type { SendMail } from "./mail.ts";
import { fromOf, messageOf } from "./smtp.ts";

export const mailPorts = [465, 587, 2525] as const;

export interface OwnMailServer {
  readonly host: string;
  readonly port: number;
  readonly login: string;
  readonly password: string;
  readonly fromAddress: string;
}

/** Why a mail server took nothing. Each has a sentence in the console. */
export const mailTroubles = [
  "no-such-name",
  "inside",
  "no-answer",
  "not-encrypted",
  "wrong-log-in",
  "address-refused",
  "refused",
] as const;
export type MailTrouble = (typeof mailTroubles)[number];

/** Opens one: the real one, or a test's. */
export type OpenOwnServer = (server: OwnMailServer) => SendMail;

/** For a whole letter, however often the server says a word meanwhile. */
const letterMs = 60_000;

type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

/** Of what nodemailer or the server said; their words go no further. */
export function troubleOf(error: unknown): MailTrouble {
  const { message, code, responseCode } = error as { message?: string; code?: string; responseCode?: number };
  const known = mailTroubles.find((one) => one === message);
  if (known !== undefined) return known;
  if (code === "EAUTH") return "wrong-log-in";
  if (code === "EENVELOPE") return "address-refused";
  if (code === "ETLS" || /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(code ?? "")) return "not-encrypted";
  if (code === "ESOCKET" && /certificate|ssl|tls|altnames/i.test(message ?? "")) return "not-encrypted";
  if (responseCode !== undefined) return "refused";
  return /^(EABORT|ECONN|ETIMEDOUT|ESOCKET|EDNS|EHOST|ENET|EPIPE|EPROTOCOL)/.test(code ?? "") ? "no-answer" : "refused";
}

interface TestOptions {
  readonly lookup?: Lookup;
  readonly mayDial?: (address: string) => boolean;
  readonly ca?: string;
  readonly patienceMs?: number;
}

/** @param options of tests: who resolves names, which addresses may be dialled, and how long a letter may take */
export function ownSmtp(options: TestOptions = {}): OpenOwnServer {
  const { lookup = (host) => systemLookup(host, { all: true }), mayDial = isPublicAddress } = options;
  const { patienceMs = letterMs } = options;
  return ({ host, port, login, password, fromAddress }) =>
    async (mail) => {
      try {
        const address = await dialled(host, lookup, mayDial);
        const transport = createTransport({
          host: address,
          port,
          secure: port === 465,
          requireTLS: port !== 465,
          auth: { user: login, pass: password },
          tls: { servername: host, ...(options.ca === undefined ? {} : { ca: options.ca }) },
          connectionTimeout: 10_000,
          greetingTimeout: 10_000,
          socketTimeout: 20_000,
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        const signal = AbortSignal.timeout(patienceMs);
        await transport.sendMail({ from: fromOf(fromAddress, mail), ...messageOf(mail), signal });
      } catch (error) {
        throw new Error(troubleOf(error));
      }
    };
}

/** An address of the internet behind this name. All that it has must be such: else it may be another one at the next question. */
async function dialled(host: string, lookup: Lookup, mayDial: (address: string) => boolean): Promise<string> {
  if (isIP(host) !== 0) throw new Error("inside");
  const found = await lookup(host).catch(() => []);
  const [first] = found;
  if (first === undefined) throw new Error("no-such-name");
  if (found.some(({ address }) => !mayDial(address))) throw new Error("inside");
  return first.address;
}

export const mailServerContext = (providerId: string): string => `mail-server/${providerId}`;

/** Null: the provider has none. */
export async function readOwnServer(tx: Tx, envelope: Envelope, providerId: string): Promise<OwnMailServer | null> {
  const row = await tx.selectFrom("mail_servers").selectAll().where("providerId", "=", providerId).executeTakeFirst();
  if (row === undefined) return null;
  const password = envelope.open(row.passwordSealed, mailServerContext(providerId)).toString("utf8");
  return { host: row.host, port: row.port, login: row.login, password, fromAddress: row.fromAddress };
}
