/**
 * What the link of a sign-up does: it proves the address, and creates the provider.
 *
 * Attackers and what stops them. A mail scanner that opens every link: the token stands after `#`, opening it asks nothing of the hub, and only a
 * press of the page's button posts it. A stranger who signs up with somebody else's address, and hopes that its owner presses the button: their
 * browser is logged in only where it is the one that signed up (its cookie says so), or types the password of the sign-up, which the owner of the
 * address does not know; nothing is created before. Who steals the letter: the same. Who uses a link twice: it is spent in the transaction that
 * creates the provider.
 */
import { z } from "zod";
import { currencyCodes } from "../../ground/amounts/currencies.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { refusal } from "../../ground/http/problem.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import {
  dropUnused,
  type MailedRow,
  readUnused,
  replaceDetail,
  withMailedToken,
} from "../../identity/credentials/mailed-tokens.ts";
import { passwordFits } from "../../identity/credentials/password.ts";
import { tellAdmins } from "./life-cycle.ts";
import { type SetUpParts, setUpProvider } from "./set-up-provider.ts";

/** What a sign-up asked for, as its link keeps it. */
export const wantedSignUp = z.object({
  providerName: z.string(),
  name: z.string(),
  currency: z.enum(currencyCodes),
  locale: z.enum(["en", "sw"]),
  utcOffsetMinutes: z.number().int(),
  supportPhone: z.string().nullable(),
  passwordHash: z.string(),
  /** SHA-256 of the cookie of the browser that signed up, hex; null: it was none, or a release before this one kept the sign-up. */
  browserHash: z.string().nullable().default(null),
});
export type WantedSignUp = z.output<typeof wantedSignUp>;

/** How the link of a sign-up is found. */
export const signUpLink = { kind: "sign-up", asPlatform: true } as const;

export const signUpOf = (email: string) => ({ providerId: platformProviderId, kind: "sign-up" as const, email });

interface Given {
  readonly token: string;
  readonly password?: string | undefined;
  readonly remoteAddress: string;
  readonly requestId: string;
  /** Where who confirms is to be logged in: they must be who signed up. Left out: the address alone is proved. */
  readonly proof?: { readonly browserHash: string | null };
}

export interface ConfirmedSignUp {
  readonly providerId: string;
  readonly email: string;
}

/** Throws a Problem 400 "link-refused", or 422 "password-needed". */
export function confirmSignUp(
  parts: SetUpParts & { readonly database: Database },
  { token, password, remoteAddress, requestId, proof }: Given,
): Promise<ConfirmedSignUp> {
  const { world } = parts;
  return withMailedToken(world, parts.database, { ...signUpLink, token }, async (tx, link) => {
    const wanted = await meantBy(tx, link, { password, proof });
    const { providerName, name: ownerName, passwordHash, browserHash: _, ...provider } = wanted;
    const owner = { email: link.email, name: ownerName, passwordHash };
    const row = await setUpProvider(parts, tx, { ...provider, name: providerName }, owner);
    const { providerId } = row;
    const entry = { providerId, userId: null, target: providerId, requestId };
    await writeAudit(world, tx, { ...entry, action: "signed-up", detail: { from: remoteAddress } });
    // The user's row has the password's hash now, so the link need not keep it.
    await replaceDetail(tx, link, { providerName });
    await dropUnused(tx, signUpOf(link.email));
    await tellAdmins(world, tx, providerId, "made");
    return { providerId, email: link.email };
  });
}

/**
 * The sign-up that a link confirms. The link proves the address alone: a stranger may have signed up with it too, and their password
 * must not open what its owner confirms. So where several are open, the password says which, or the browser that signed up.
 */
async function meantBy(
  tx: Tx,
  link: MailedRow,
  { password, proof }: Pick<Given, "password" | "proof">,
): Promise<WantedSignUp> {
  const open = [link, ...(await readUnused(tx, signUpOf(link.email)))].map(({ detail }) => wantedSignUp.parse(detail));
  // A letter that was sent again is the same sign-up.
  const isOne = new Set(open.map(({ passwordHash }) => passwordHash)).size === 1;
  if (isOne && proof === undefined) return open[0] as WantedSignUp;
  const own = proof?.browserHash == null ? undefined : open.find((one) => one.browserHash === proof.browserHash);
  if (own !== undefined) return own;
  for (const signUp of password === undefined ? [] : open)
    if (await passwordFits(signUp.passwordHash, password as string)) return signUp;
  throw refusal("password-needed", { field: "password" });
}
