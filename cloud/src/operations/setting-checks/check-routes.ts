/**
 * `/api/v1/settings/checks/…`: tries a setting and says in a word what happened. The console has a sentence and a remedy for each word.
 *
 * Attackers and what stops them. Who would send letters and texts to strangers: a letter goes to the asker's own address; a text has fixed words, goes to
 * one number, comes out of the day's quota, and five an hour are the most. Who would read other servers through the hub: no answer of a server is
 * told, only which kind it was. Who would have the hub ask without end: each check has a rate.
 */

import { z } from "zod";
import type { Ground } from "../../ground/create-ground.ts";
import type { Tx } from "../../ground/db/database.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { mailTroubles } from "../../ground/mail/own-server.ts";
import { plainName } from "../../ground/mail/plain-name.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";

export interface CheckParts extends Pick<Ground, "world" | "dns" | "mailer"> {
  readonly messaging: Pick<Messaging, "tryOut">;
  /** `host:port`; null: there is no tunnel. */
  readonly tunnelEndpoint: string | null;
}

export const mailCheckView = z.object({
  outcome: z.enum(["sent", "no-mail-server", ...mailTroubles]),
  /** Whose mail server was asked. */
  by: z.enum(["own", "hub"]),
  to: z.string(),
});
export const smsCheckView = z.object({
  outcome: z.enum(["taken", "no-sender", "number-refused", "later", "keys-refused", "no-answer"]),
});
export const timeCheckView = z.object({ atMs: z.int(), utcOffsetMinutes: z.int() });
export const tunnelCheckView = z.object({
  /** Where routers find the hub's end, `host:port`; null: this hub has no tunnel. */
  endpoint: z.string().nullable(),
  /** Has its name an address? */
  resolves: z.enum(["yes", "no", "unknown"]),
  /** The provider's sites in the tunnel: how many, and how many shook hands within three minutes. */
  sites: z.int(),
  fresh: z.int(),
  /** Null: none ever did. */
  newestHandshakeAtMs: z.int().nullable(),
});

/** WireGuard shakes hands every two minutes while anything is said. */
const freshMs = 180_000;

export function checkRoutes({ world, dns, mailer, messaging, tunnelEndpoint }: CheckParts): Route[] {
  const nowMs = () => world.clock.wall().atMs;
  const mails = createRateLimit(world.clock, { tries: 5, perSeconds: 3600 });
  const texts = createRateLimit(world.clock, { tries: 5, perSeconds: 3600 });
  const looks = createRateLimit(world.clock, { tries: 20, perSeconds: 600 });
  return [
    route({
      method: "POST",
      path: "/api/v1/settings/checks/mail",
      summary: "Send a letter to one's own address, by the provider's mail server where it has one",
      permission: "settings.manage",
      body: null,
      response: mailCheckView,
      handle: async ({ actor, providerId, transact }) => {
        mails.take(providerId);
        // With support access it is an address of the platform: the provider's own people are not asked.
        const to = actor.email;
        const send = await transact(async (tx) => {
          const { name, locale } = await providerOf(tx, providerId);
          return mailer.tryOut(tx, providerId, { to, ...letterWords(locale, name) });
        });
        const { outcome, by } = await send();
        return { outcome, by, to };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/settings/checks/sms",
      summary: "Send a short text to a phone, by the provider's sender",
      permission: "settings.manage",
      needsKey: true,
      body: z.strictObject({ phone: phoneField }),
      response: smsCheckView,
      handle: async ({ body, providerId, transact }) => {
        texts.take(providerId);
        const send = await transact(async (tx) => {
          const phone = readPhone(body.phone, await countryOfProvider(tx, providerId));
          const { name, locale } = await providerOf(tx, providerId);
          return messaging.tryOut(tx, providerId, { phone, text: textWords(locale, name) });
        });
        return { outcome: await send() };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/settings/checks/time",
      summary: "What time it is by the hub, and in the provider's time zone",
      permission: "provider.read",
      body: null,
      response: timeCheckView,
      handle: ({ providerId, transact }) =>
        transact(async (tx) => {
          const { utc_offset_minutes: utcOffsetMinutes } = await providerOf(tx, providerId);
          return { atMs: nowMs(), utcOffsetMinutes };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/settings/checks/tunnel",
      summary: "Whether the tunnel's end has an address, and which sites spoke through it lately",
      permission: "settings.manage",
      body: null,
      response: tunnelCheckView,
      handle: async ({ providerId, transact }) => {
        looks.take(providerId);
        const peers = await transact((tx) =>
          tx
            .selectFrom("wireguard_peers")
            .select("last_handshake_at_ms")
            .where("provider_id", "=", providerId)
            .where("public_key", "is not", null)
            .execute(),
        );
        const shaken = peers.flatMap(({ last_handshake_at_ms: atMs }) => (atMs === null ? [] : [Number(atMs)]));
        return {
          endpoint: tunnelEndpoint,
          resolves: tunnelEndpoint === null ? ("unknown" as const) : await resolves(hostOf(tunnelEndpoint)),
          sites: peers.length,
          fresh: shaken.filter((atMs) => nowMs() - atMs < freshMs).length,
          newestHandshakeAtMs: shaken.length === 0 ? null : Math.max(...shaken),
        };
      },
    }),
  ];

  async function resolves(host: string): Promise<"yes" | "no" | "unknown"> {
    if (/^[\d.]+$/.test(host) || host.includes(":")) return "yes";
    return dns.addresses(host).then(
      (found) => (found.length > 0 ? "yes" : "no"),
      () => "unknown",
    );
  }
}

const hostOf = (endpoint: string): string => endpoint.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");

const providerOf = (tx: Tx, providerId: string) =>
  tx
    .selectFrom("providers")
    .select(["name", "locale", "utc_offset_minutes"])
    .where("provider_id", "=", providerId)
    .executeTakeFirstOrThrow();

function letterWords(locale: "en" | "sw", name: string): { readonly subject: string; readonly text: string } {
  const plain = plainName(name);
  return locale === "sw"
    ? {
        subject: `${plain}: jaribio la barua pepe`,
        text: "Barua pepe ya biashara yako inafanya kazi. Huna haja ya kufanya lolote.\n",
      }
    : { subject: `${plain}: a test of e-mail`, text: "E-mail of your business works. There is nothing to do.\n" };
}

const textWords = (locale: "en" | "sw", name: string): string =>
  locale === "sw" ? `${plainName(name)}: jaribio. SMS zinafanya kazi.` : `${plainName(name)}: a test. SMS works.`;
