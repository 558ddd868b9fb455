/**
 * Sign-up: the provider is created once the address is proved. Until then there is only a link in a letter, and the answer is the
 * same for an address that has an account already (its owner gets a letter that says so).
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { type Currency, currencies, currencyCodes } from "../../ground/amounts/currencies.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { Problem } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { alreadyKnownLetter, signUpLetter } from "../../ground/mail/letters.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import {
  dropUnused,
  findUnused,
  type MailedRow,
  makeMailedToken,
  readUnused,
  replaceDetail,
  validHours,
  withMailedToken,
} from "../../identity/credentials/mailed-tokens.ts";
import { hashPassword, passwordFits, passwordSchema } from "../../identity/credentials/password.ts";
import { emailSchema } from "../../identity/users/users.ts";
import { ensurePlatform } from "../../tenancy/providers/platform.ts";
import { setUpProvider } from "./set-up-provider.ts";
import { refuseSignUp, type SignUpPolicy, signUpPolicies } from "./sign-up-policy.ts";

const wanted = z.object({
  providerName: z.string(),
  name: z.string(),
  currency: z.enum(currencyCodes),
  locale: z.enum(["en", "sw"]),
  utcOffsetMinutes: z.number().int(),
  supportPhone: z.string().nullable(),
  passwordHash: z.string(),
});

const signUpOf = (email: string) => ({ providerId: platformProviderId, kind: "sign-up" as const, email });

/**
 * The sign-up that a link confirms. The link proves the address alone: a stranger may have signed up with it too, and their password
 * must not open what its owner confirms. So where several are open, the password says which. Throws a Problem 422 "password-needed".
 */
async function meantBy(tx: Tx, link: MailedRow, password: string | undefined): Promise<z.output<typeof wanted>> {
  const open = [link, ...(await readUnused(tx, signUpOf(link.email)))].map(({ detail }) => wanted.parse(detail));
  const own = open[0] as z.output<typeof wanted>;
  // A letter that was sent again is the same sign-up.
  if (new Set(open.map(({ passwordHash }) => passwordHash)).size === 1) return own;
  for (const signUp of password === undefined ? [] : open)
    if (await passwordFits(signUp.passwordHash, password as string)) return signUp;
  const text = "password: Several sign-ups are open for this address. Enter the password that you chose in yours.";
  throw new Problem(422, "password-needed", text, { field: "password" });
}

const name = z.string().trim().min(1).max(100);

/** What everybody chooses who makes a provider of their own. */
export const signUpFields = {
  providerName: name,
  name: name.default("Owner"),
  password: passwordSchema,
  currency: z.enum(currencyCodes).default("KES"),
  locale: z.enum(["en", "sw"]).default("en"),
  /** Left out: that of the currency's country. */
  utcOffsetMinutes: z.number().int().min(-720).max(840).optional(),
  supportPhone: z.string().trim().min(3).max(30).nullable().default(null),
};
/** Minutes east of UTC. */
export const zoneOf = (order: { readonly currency: Currency; readonly utcOffsetMinutes?: number | undefined }) =>
  order.utcOffsetMinutes ?? currencies[order.currency].utcOffsetMinutes;

export interface SignUpParts {
  readonly world: World;
  readonly database: Database;
  readonly publish: Publish;
  readonly mailer: Mailer;
  readonly publicUrl: string;
  readonly policy: SignUpPolicy;
}

export function signUpRoutes(parts: SignUpParts): Route[] {
  const { world, database, policy } = parts;
  const perAddress = createRateLimit(world.clock, { tries: 10, perSeconds: 3600 });
  const perEmail = createRateLimit(world.clock, { tries: 3, perSeconds: 3600 });
  const againPerAddress = createRateLimit(world.clock, { tries: 20, perSeconds: 3600 });
  const againPerEmail = createRateLimit(world.clock, { tries: 3, perSeconds: 3600 });

  /**
   * A new link, or, where the address has an account, a letter that says so. The sign-up is kept in both cases: the log-in answers
   * its password alike, so that nobody learns by it which addresses have accounts.
   */
  async function sendLink(tx: Tx, email: string, detail: z.output<typeof wanted>): Promise<void> {
    const { token } = await makeMailedToken(world, tx, { ...signUpOf(email), detail });
    const known = await tx
      .selectFrom("users")
      .select("provider_id")
      .where("email", "=", email)
      .where("address_elsewhere", "=", false)
      .executeTakeFirst();
    if (known !== undefined) {
      const already = alreadyKnownLetter(email, detail.locale, parts.publicUrl);
      await parts.mailer.write(tx, known.provider_id, already, "stranger");
      return;
    }
    const letter = { to: email, locale: detail.locale, validHours: validHours["sign-up"] };
    const link = `${parts.publicUrl}/#/sign-up/${token}`;
    await parts.mailer.write(tx, platformProviderId, signUpLetter({ ...letter, link }), "stranger");
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/sign-up",
      summary: "Who may sign up: anybody, only who is invited, or nobody",
      permission: "public",
      response: z.object({ policy: z.enum(signUpPolicies) }),
      handle: async () => ({ policy }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sign-up",
      summary: "Sign up: a link in a letter creates the provider",
      permission: "public",
      body: z.strictObject({ email: emailSchema, ...signUpFields }),
      status: 202,
      response: z.object({ accepted: z.literal(true) }),
      handle: async ({ body, remoteAddress }) => {
        refuseSignUp(policy, "public");
        perAddress.take(networkOf(remoteAddress));
        perEmail.take(body.email);
        const { email, password, ...order } = body;
        const detail = { ...order, utcOffsetMinutes: zoneOf(order) };
        const passwordHash = await hashPassword(world.random, password);
        await database.asPlatform("sign-up", async (tx) => {
          await ensurePlatform(world, tx);
          await sendLink(tx, email, { ...detail, passwordHash });
        });
        return { accepted: true as const };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/sign-up/send-again",
      summary: "Send the letter of a sign-up again, with a new link; the answer is the same for every address",
      permission: "public",
      body: z.strictObject({ email: emailSchema }),
      status: 202,
      response: z.object({ accepted: z.literal(true) }),
      handle: async ({ body, remoteAddress }) => {
        refuseSignUp(policy, "public");
        againPerAddress.take(networkOf(remoteAddress));
        againPerEmail.take(body.email);
        await database.asPlatform("sign-up", async (tx) => {
          const signUp = await findUnused(tx, "sign-up", body.email);
          if (signUp !== undefined) await sendLink(tx, body.email, wanted.parse(signUp.detail));
        });
        return { accepted: true as const };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/sign-up/confirm",
      summary: "Confirm the address with the link's token and create the provider; then log in",
      permission: "public",
      body: z.strictObject({
        token: z.string().max(200),
        /** Needed where several sign-ups of this address are open: it says which of them. */
        password: z.string().max(200).optional(),
      }),
      status: 201,
      response: z.object({ providerId: z.string(), email: z.string() }),
      handle: async ({ body, remoteAddress, requestId }) => {
        refuseSignUp(policy, "public");
        perAddress.take(networkOf(remoteAddress));
        const given = { token: body.token, kind: "sign-up" as const, asPlatform: true };
        return withMailedToken(world, database, given, async (tx, link) => {
          const { providerName, name: ownerName, passwordHash, ...provider } = await meantBy(tx, link, body.password);
          const owner = { email: link.email, name: ownerName, passwordHash };
          const row = await setUpProvider(world, parts.publish, tx, { ...provider, name: providerName }, owner);
          const { provider_id: providerId } = row;
          const entry = { providerId, userId: null, target: providerId, requestId };
          await writeAudit(world, tx, { ...entry, action: "signed-up", detail: { from: remoteAddress } });
          // The user's row has the password's hash now, so the link need not keep it.
          await replaceDetail(tx, link, { providerName });
          await dropUnused(tx, signUpOf(link.email));
          return { providerId, email: link.email };
        });
      },
    }),
  ];
}
