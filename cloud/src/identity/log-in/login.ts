/**
 * Log-ins. An access token lives an hour, a refresh token 30 days, and each refresh makes a new pair. A refresh token that is used
 * a second time was copied, and ends the log-in. Within half a minute the hub assumes a lost answer instead.
 * Tokens are random, stored only as SHA-256, and begin with the provider, so that a look-up needs no access to all tenants.
 */

import { newId } from "@karibu/protocol/identifiers";
import { sleep, type World } from "@karibu/protocol/world";
import type { ModulesOn } from "../../ground/create-ground.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { isAhead } from "../../ground/db/hub-clock.ts";
import { createEmit } from "../../ground/events/record.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { RateLimit } from "../../ground/http/rate-limit.ts";
import { guessingLetter } from "../../ground/mail/letters.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { writeAudit } from "../audit/audit.ts";
import { mayEnter } from "../credentials/actor-of.ts";
import {
  alertIsDue,
  type CountedTry,
  countTry,
  forgiveTries,
  giveBackTry,
  guessedName,
  shutUntilMs,
} from "../credentials/guess-guard.ts";
import { familiarityOf, rememberPlace } from "../credentials/login-places.ts";
import {
  dropExpiredLogins,
  endFamily,
  findSpentRefresh,
  insertLogin,
  insertTabToken,
  lockPersonOf,
  type NewLogin,
  noteSpentRefresh,
  replaceTokens,
} from "../credentials/logins.ts";
import { findUnused } from "../credentials/mailed-tokens.ts";
import { passwordFits } from "../credentials/password.ts";
import { accessLifeMs, hashOf, newToken, readToken, refreshLifeMs } from "../credentials/tokens.ts";
import { ownersOf } from "../users/owners.ts";
import { judgeSecondFactor } from "../users/second-factor.ts";
import { isShut, noteFailedLogIns, noteLogIn } from "../users/users.ts";
import { actorBehind, type FindDoor, findLogin, isOver } from "./authenticate.ts";
import { newBrowserLogin } from "./browser-session.ts";

const lostAnswerMs = 30_000;

export interface Tokens {
  readonly token: string;
  readonly refreshToken: string;
  readonly expiresAtMs: number;
}

type LoginRow = NonNullable<Awaited<ReturnType<typeof findLogin>>>;

export interface LogInParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly passwordDoor: FindDoor;
  readonly mailer: Mailer;
  readonly publicUrl: string;
  readonly modules: ModulesOn;
  /** Longer than the password door takes that is well. */
  readonly refusalMsLeast: number;
}

export interface LogInLimits {
  readonly perAddress: RateLimit;
  /** Of one person in one place, with the right password (`createHashLimit`). */
  readonly hashes: RateLimit;
}

interface LoggedIn {
  readonly actor: Actor;
  readonly tokens: Tokens;
}

interface Given {
  readonly email: string;
  readonly password: string;
  readonly code?: string | undefined;
  readonly remoteAddress: string;
  /** Hash of the device's cookie; null: there was none. */
  readonly device: string | null;
  /** The sub-domain of the request: only people of its provider may log in. Null: people of all providers. */
  readonly subdomain: string | null;
  readonly requestId: string;
  /** `browser`: `refreshToken` is for the cookie that all tabs share, `token` for the first of them. */
  readonly by: "browser" | "script";
  /** What it is on (`browser-name.ts`). */
  readonly browser: string | null;
}

/**
 * Throws a Problem 401 "wrong-login" that does not say which of the two was wrong, 401 "second-factor-required" or "wrong-code", 401
 * "address-not-confirmed" after a sign-up (only to who knows its password), or 429 with the time to wait. `deviceCookie`: for a device that was not known; null when it was.
 */
export async function logIn(
  parts: LogInParts,
  { perAddress, hashes }: LogInLimits,
  given: Given,
): Promise<LoggedIn & { deviceCookie: string | null }> {
  const { world, database } = parts;
  const door = parts.passwordDoor();
  const from = { address: given.remoteAddress, device: given.device };
  const network = networkOf(given.remoteAddress);
  const nowMs = world.clock.wall().atMs;
  const beganMs = world.clock.monotonicMs();
  const { user, unconfirmedHash, familiarity, isAskedElsewhere } = await database.asPlatform("log-in", async (tx) => {
    const found = await tx
      .selectFrom("users")
      .innerJoin("providers", "providers.providerId", "users.providerId")
      .selectAll("users")
      .where("email", "=", given.email)
      .$if(given.subdomain !== null, (is) => is.where("providers.subdomain", "=", given.subdomain))
      // The one who has the address, not one that another provider added with it; but whom nothing opens any more blocks nobody.
      .orderBy(isShut)
      .orderBy("users.addressProved", "desc")
      .orderBy("users.addressElsewhere")
      .orderBy("users.createdAtMs")
      .limit(1)
      .executeTakeFirst();
    const known = found === undefined ? ("strange" as const) : await familiarityOf(tx, found, from, nowMs);
    // Also for an address that has an account: its answer must not differ from that of a free one.
    const signUp = given.subdomain === null && (await findUnused(tx, "sign-up", given.email));
    return {
      user: found,
      unconfirmedHash: signUp ? hashIn(signUp.detail) : null,
      familiarity: known,
      isAskedElsewhere: door !== null && (await door.isUsed(tx)),
    };
  });
  // Protects the database from a flood. The database counts guesses and their delays (guess-guard.ts).
  const isLimited = familiarity !== "device";
  if (isLimited) perAddress.take(network);
  const counted = await database.asPlatform("log-in-guess", (tx) =>
    countTry(tx, { ...from, email: user === undefined ? given.email : guessedName(user), familiarity }, nowMs),
  );
  // By place: who knows a password and not the second factor must not use up what its owner has elsewhere.
  const place = isLimited ? network : "known device";
  const hashing = user === undefined ? null : `${user.providerId}/${user.userId} ${place}`;
  try {
    if (hashing !== null) hashes.take(hashing);
  } catch (error) {
    await database.asPlatform("log-in-guess", (tx) => giveBackTry(tx, counted)); // nothing was compared
    throw error;
  }
  const fits = await passwordFits(user?.passwordHash ?? null, given.password);
  if (!fits && (await passwordFits(unconfirmedHash, given.password))) {
    if (hashing !== null) hashes.giveBack(hashing);
    await database.asPlatform("log-in-guess", (tx) => giveBackTry(tx, counted));
    throw refusal("address-not-confirmed", { field: "email" });
  }
  const entry =
    door === null || user === undefined || fits || !user.active
      ? null
      : await door.enter(user, { password: given.password, from: given.remoteAddress });
  if (user === undefined || !(fits || entry !== null) || !user.active) {
    // It was a guess: those are counted by place, and keep nobody out who knows the password.
    if (hashing !== null) hashes.giveBack(hashing);
    if (user !== undefined) await noteFailure(parts, user, counted, given);
    await waitLikeOthers(parts, { beganMs, isAskedElsewhere });
    throw refusal("wrong-login", { field: "password" });
  }
  const factor = judgeSecondFactor(parts.envelope, user, given.code, nowMs);
  if (factor.kind === "missing") {
    await database.asPlatform("log-in-guess", (tx) => giveBackTry(tx, counted));
    throw refusal("second-factor-required", { status: 401, field: "code" });
  }
  if (factor.kind === "wrong") {
    await noteFailure(parts, user, counted, given);
    throw refusal("wrong-code", { status: 401, field: "code" });
  }
  if (isLimited) perAddress.giveBack(network); // a whole office may share one address
  const entered = await database.asProvider(user.providerId, async (tx) => {
    if (entry !== null && !(await door?.settle(tx, user, { ...entry, requestId: given.requestId })))
      throw refusal("wrong-login", { field: "password" });
    const loginId = newId(world);
    const factorAtMs = factor.isSpent ? nowMs : null;
    const doorAtMs = entry?.doorAtMs ?? null;
    const { browser } = given;
    const of = { providerId: user.providerId, userId: user.userId, loginId, nowMs, factorAtMs, doorAtMs, browser };
    const login = given.by === "browser" ? newBrowserLogin(world, of) : newTokens(world, user.providerId);
    await keepLogin(tx, of, login);
    if ("tab" in login) await insertTabToken(tx, of, login.tab);
    if (!(await noteLogIn(tx, user, { nowMs, change: factor.change, isSpent: factor.isSpent })))
      throw factor.isSpent
        ? refusal("wrong-code", { status: 401, field: "code" })
        : refusal("wrong-login", { field: "password" });
    await dropExpiredLogins(tx, nowMs);
    const audited = { providerId: user.providerId, userId: user.userId, requestId: given.requestId };
    const detail = { from: given.remoteAddress, ...(entry === null ? {} : { by: door?.name }) };
    await writeAudit(world, tx, { ...audited, action: "log-in", target: loginId, detail });
    const row = (await findLogin(tx, "refreshHash", login.tokens.refreshToken)) as LoginRow;
    if (!mayEnter(row)) throw refusal("wrong-login", { field: "email", rule: "provider-deleted" });
    const actor = await actorBehind(parts.passwordDoor, tx, row);
    if (actor === null) throw refusal("wrong-login", { field: "password" });
    const cookie = await rememberPlace(world, tx, user, { ...from, familiarity });
    return { actor, tokens: login.tokens, deviceCookie: cookie };
  });
  await database.asPlatform("log-in-guess", (tx) => forgiveTries(tx, counted));
  return entered;
}

/**
 * Where somebody else is asked about some provider's passwords, a refusal takes this long at least, whoever it was about: else its time would tell
 * about which addresses.
 */
async function waitLikeOthers(
  { world, refusalMsLeast }: LogInParts,
  { beganMs, isAskedElsewhere }: { readonly beganMs: number; readonly isAskedElsewhere: boolean },
): Promise<void> {
  if (isAskedElsewhere) await sleep(world.clock, Math.max(0, beganMs + refusalMsLeast - world.clock.monotonicMs()));
}

/** The password that a sign-up chose, as its link keeps it. */
function hashIn(detail: Record<string, unknown>): string | null {
  return typeof detail.passwordHash === "string" ? detail.passwordHash : null;
}

/** A new pair for an old one. Throws a Problem 401 "refresh-refused", or 429 where `perPerson` has none left. */
export async function refresh(
  { world, database, passwordDoor }: Pick<LogInParts, "world" | "database" | "passwordDoor">,
  perPerson: RateLimit,
  refreshToken: string,
): Promise<{ actor: Actor; tokens: Tokens }> {
  const claim = readToken(refreshToken);
  const providerId = claim?.kind === "login" ? claim.providerId : null;
  const outcome =
    providerId === null
      ? null
      : await database.asProvider(providerId, (tx) =>
          rotate({ world, passwordDoor, perPerson }, tx, providerId, refreshToken),
        );
  if (outcome === null) throw refusal("refresh-refused", { field: "refreshToken" });
  return outcome;
}

async function rotate(
  { world, passwordDoor, perPerson }: Pick<LogInParts, "world" | "passwordDoor"> & { readonly perPerson: RateLimit },
  tx: Tx,
  providerId: string,
  refreshToken: string,
): Promise<{ actor: Actor; tokens: Tokens } | null> {
  const nowMs = world.clock.wall().atMs;
  await lockPersonOf(tx, hashOf(refreshToken));
  const current = await findLogin(tx, "refreshHash", refreshToken, "lock");
  const former = current === undefined ? await findLogin(tx, "previousRefreshHash", refreshToken, "lock") : undefined;
  const row = current ?? former;
  if (row === undefined) return refuseSpent(world, tx, providerId, refreshToken);
  const actor = isOver(row, nowMs) ? null : await actorBehind(passwordDoor, tx, row);
  if (actor === null) return null;
  perPerson.take(row.userId);
  const login = newTokens(world, providerId);
  if (former === undefined) {
    const change = { ...login.row, previousRefreshHash: hashOf(refreshToken) };
    await replaceTokens(tx, row.loginId, change);
    await noteSpentRefresh(tx, row, { hash: hashOf(refreshToken), atMs: nowMs });
    return { actor, tokens: login.tokens };
  }
  // A date ahead is of a clock that was: it says nothing of how long ago that was.
  if (isAhead(former.refreshedAtMs, nowMs) || nowMs - former.refreshedAtMs > lostAnswerMs) {
    await endCopied(world, tx, providerId, former);
    return null;
  }
  // The first answer may have arrived after all (two windows that refresh at once): both stay valid, as two log-ins.
  const loginId = newId(world);
  const family = former.familyId ?? former.loginId;
  const { factorAtMs, doorAtMs, browser } = former;
  const of = { providerId, userId: former.userId, loginId, nowMs, factorAtMs, doorAtMs, browser, family };
  await keepLogin(tx, of, login);
  return { actor: { ...actor, credential: { ...actor.credential, id: loginId } }, tokens: login.tokens };
}

/** A token of an earlier generation: it was copied too. */
async function refuseSpent(world: World, tx: Tx, providerId: string, refreshToken: string): Promise<null> {
  const spent = await findSpentRefresh(tx, hashOf(refreshToken));
  if (spent !== undefined) await endCopied(world, tx, providerId, spent);
  return null;
}

/** Whoever holds the newest token, the person or the thief, must log in again. */
async function endCopied(
  world: World,
  tx: Tx,
  providerId: string,
  login: { readonly loginId: string; readonly userId: string; readonly familyId: string | null },
): Promise<void> {
  await endFamily(tx, login);
  const entry = { providerId, userId: login.userId, target: login.loginId, requestId: null };
  await writeAudit(world, tx, { ...entry, action: "log-in-ended", detail: { reason: "a refresh token came twice" } });
  await createEmit(world)(tx, providerId, { topic: "user", id: login.userId, action: "log-ins-ended" });
}

async function keepLogin(
  tx: Tx,
  of: {
    readonly providerId: string;
    readonly userId: string;
    readonly loginId: string;
    readonly nowMs: number;
    readonly factorAtMs: number | null;
    readonly doorAtMs: number | null;
    readonly browser: string | null;
    readonly family?: string;
  },
  login: {
    readonly row: Omit<
      NewLogin,
      | "providerId"
      | "loginId"
      | "userId"
      | "previousRefreshHash"
      | "createdAtMs"
      | "factorAtMs"
      | "doorAtMs"
      | "browser"
    >;
  },
): Promise<void> {
  const ids = { providerId: of.providerId, loginId: of.loginId, userId: of.userId };
  const more = {
    familyId: of.family ?? null,
    factorAtMs: of.factorAtMs,
    doorAtMs: of.doorAtMs,
    browser: of.browser,
  };
  await insertLogin(tx, { ...ids, ...more, ...login.row, previousRefreshHash: null, createdAtMs: of.nowMs });
}

/** The try stays counted. From the tenth for an account, its owners and its person get a letter, once a day. */
async function noteFailure(
  { world, database, mailer, publicUrl }: LogInParts,
  user: { providerId: string; userId: string; email: string },
  counted: CountedTry,
  given: { readonly requestId: string; readonly remoteAddress: string },
): Promise<void> {
  const { providerId, userId } = user;
  const nowMs = world.clock.wall().atMs;
  const failures = counted.subjects.get("account")?.failures;
  await database.asPlatform("log-in-guess", async (tx) => {
    if (failures !== undefined)
      await noteFailedLogIns(tx, user, { failures, waitUntilMs: shutUntilMs(counted, nowMs) });
    if (!(await alertIsDue(tx, counted, nowMs))) return;
    const detail = { from: given.remoteAddress };
    const entry = { providerId, userId: null, target: userId, requestId: given.requestId, detail };
    await writeAudit(world, tx, { ...entry, action: "log-in-guessed" });
    const { locale } = await tx
      .selectFrom("providers")
      .select("locale")
      .where("providerId", "=", providerId)
      .executeTakeFirstOrThrow();
    for (const to of new Set([...(await ownersOf(tx, providerId)), user.email]))
      await mailer.write(tx, providerId, guessingLetter({ to, locale, link: publicUrl, email: user.email }));
  });
}

function newTokens(world: World, providerId: string) {
  const nowMs = world.clock.wall().atMs;
  const token = newToken(world, providerId, "login");
  const refreshToken = newToken(world, providerId, "login");
  const expiresAtMs = nowMs + accessLifeMs;
  return {
    tokens: { token, refreshToken, expiresAtMs },
    row: {
      tokenHash: hashOf(token),
      tokenExpiresAtMs: expiresAtMs,
      refreshHash: hashOf(refreshToken),
      refreshExpiresAtMs: nowMs + refreshLifeMs,
      refreshedAtMs: nowMs,
    },
  };
}
