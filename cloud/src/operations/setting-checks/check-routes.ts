/**
 * `/api/v1/settings/checks/…`: tries a setting and says in a word what happened. The console has a sentence and a remedy for each word.
 *
 * Attackers and what stops them. Who would send letters and texts to strangers: a letter goes to the asker's own address; a text has fixed words, goes to
 * one number, comes out of the day's quota, and five an hour are the most. Who would read other servers through the hub: no answer of a server is
 * told, only which kind it was. Who would have the hub ask without end: each check has a rate.
 */

import { z } from "zod";
import { readSiteName } from "../../fleet/sites/site-names.ts";
import { lastHandshakes } from "../../fleet/tunnel/peers.ts";
import type { Ground } from "../../ground/create-ground.ts";
import type { Tx } from "../../ground/db/database.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import { mailTroubles } from "../../ground/mail/own-server.ts";
import { plainName } from "../../ground/mail/plain-name.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import type { KeptOutages } from "../../modules/hub-module.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { creditedPart, exampleRule, lastOutage, readOutages, wouldGet } from "./outage-check.ts";
import { hubSignRoute, subdomainHost, subdomainOutcomes, trySubdomain } from "./subdomain-check.ts";

export interface CheckParts extends Pick<Ground, "world" | "dns" | "mailer" | "envelope" | "http" | "publicUrl"> {
  readonly messaging: Pick<Messaging, "tryOut">;
  readonly keptOutages: readonly KeptOutages[];
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

export const subdomainCheckView = z.object({
  /** The whole name; null: the provider has none, or the hub has none that it could stand below. */
  host: z.string().nullable(),
  outcome: z.enum(subdomainOutcomes),
  leadsHere: z.enum(["yes", "no", "unknown"]),
});
export const outageCheckView = z.object({
  /** Outages are credited. */
  isOn: z.boolean(),
  /** What was tried: the provider's own, or an example where it credits nothing. */
  rule: z.object({ minSeconds: z.int(), maxSeconds: z.int() }),
  /** Null: no site was ever away. */
  outage: z
    .object({
      siteId: z.string(),
      site: z.string(),
      fromMs: z.int(),
      toMs: z.int(),
      /** `site`: it measured it, and credited it. `link`: the hub saw its link away. `still`: it is away now. */
      by: z.enum(["site", "link", "still"]),
      /** So much of it counts; null: it is too short. */
      countedSeconds: z.int().nullable(),
      /** Running times then, and what they would get; null: it was given already. */
      grants: z.int(),
      seconds: z.int().nullable(),
      secondsMost: z.int().nullable(),
    })
    .nullable(),
});

/** WireGuard shakes hands every two minutes while anything is said. */
const freshMs = 180_000;

export function checkRoutes(parts: CheckParts) {
  const { world, dns, mailer, messaging, tunnelEndpoint, envelope, publicUrl } = parts;
  const nowMs = () => world.clock.wall().atMs;
  const mails = createRateLimit(world.clock, { tries: 5, perSeconds: 3600 });
  const texts = createRateLimit(world.clock, { tries: 5, perSeconds: 3600 });
  const looks = createRateLimit(world.clock, { tries: 20, perSeconds: 600 });
  const names = createRateLimit(world.clock, { tries: 20, perSeconds: 600 });
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
          const { name, locale } = await readProviderRow(tx, providerId);
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
          const { name, locale } = await readProviderRow(tx, providerId);
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
          const { utcOffsetMinutes } = await readProviderRow(tx, providerId);
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
        const peers = await transact((tx) => lastHandshakes(tx, providerId));
        const shaken = peers.filter((atMs) => atMs !== null);
        return {
          endpoint: tunnelEndpoint,
          resolves: tunnelEndpoint === null ? ("unknown" as const) : await resolves(hostOf(tunnelEndpoint)),
          sites: peers.length,
          fresh: shaken.filter((atMs) => nowMs() - atMs < freshMs).length,
          newestHandshakeAtMs: shaken.length === 0 ? null : Math.max(...shaken),
        };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/settings/checks/subdomain",
      summary:
        "Whether the provider's name below the hub's has an address, and whether this hub answers there with a certificate",
      permission: "settings.manage",
      body: null,
      response: subdomainCheckView,
      handle: async ({ providerId, transact }) => {
        names.take(providerId);
        const { subdomain } = await transact((tx) => readProviderRow(tx, providerId));
        if (subdomain === null) return { host: null, outcome: "none" as const, leadsHere: "unknown" as const };
        const host = subdomainHost(subdomain, publicUrl);
        if (host === null) return { host: null, outcome: "hub-without-name" as const, leadsHere: "unknown" as const };
        return { host, ...(await trySubdomain(parts, host)) };
      },
    }),
    hubSignRoute(envelope),
    route({
      method: "POST",
      path: "/api/v1/settings/checks/outage-credit",
      summary: "What would be given for the last outage: nothing is given",
      permission: "settings.manage",
      body: null,
      response: outageCheckView,
      handle: async ({ providerId, transact }) => {
        looks.take(providerId);
        return transact((tx) => checkOutages(parts, tx, providerId, nowMs()));
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

async function checkOutages(
  { keptOutages }: Pick<CheckParts, "keptOutages">,
  tx: Tx,
  providerId: string,
  nowMs: number,
): Promise<z.input<typeof outageCheckView>> {
  const { outageMinSeconds: minSeconds, outageMaxSeconds: maxSeconds } = await readProviderRow(tx, providerId);
  const isOn = minSeconds !== null && maxSeconds !== null;
  const rule = isOn ? { minSeconds, maxSeconds } : exampleRule;
  const outage = lastOutage(await readOutages(tx, providerId, nowMs, keptOutages), rule);
  if (outage === null) return { isOn, rule, outage: null };
  const { siteId } = outage;
  const site = await readSiteName(tx, siteId);
  const part = creditedPart(outage, rule);
  const got =
    part === null
      ? { grants: 0, seconds: 0, secondsMost: 0 }
      : await wouldGet(tx, { providerId, siteId, isGiven: outage.by === "site" }, part);
  const countedSeconds = part === null ? null : Math.round((part.toMs - part.fromMs) / 1000);
  return { isOn, rule, outage: { ...outage, site, countedSeconds, ...got } };
}

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
