/** Logs a browser in that has just proved otherwise than by a log-in whose it is: it confirmed its own sign-up. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { writeAudit } from "../audit/audit.ts";
import { insertLogin, insertTabToken } from "../credentials/logins.ts";
import { noteLogIn } from "../users/users.ts";
import { actorBehind, findLogin } from "./authenticate.ts";
import { newBrowserLogin } from "./browser-session.ts";
import type { Tokens } from "./login.ts";

interface Entering {
  readonly providerId: string;
  /** Of a user of this provider whose account was made a moment ago: it has no second factor. */
  readonly email: string;
  readonly requestId: string;
  readonly remoteAddress: string;
}

/** `refreshToken` is for the cookie that all tabs share, `token` for the first of them. */
export function enterBrowser(
  world: World,
  database: Database,
  { providerId, email, requestId, remoteAddress }: Entering,
): Promise<{ actor: Actor; tokens: Tokens }> {
  const nowMs = world.clock.wall().atMs;
  return database.asProvider(providerId, async (tx) => {
    const user = await tx
      .selectFrom("users")
      .selectAll()
      .where("providerId", "=", providerId)
      .where("email", "=", email)
      .where("active", "=", true)
      .where("totpConfirmed", "=", false)
      .executeTakeFirstOrThrow();
    const loginId = newId(world);
    const login = newBrowserLogin(world, { providerId, nowMs });
    await insertLogin(tx, {
      providerId,
      loginId,
      userId: user.userId,
      familyId: null,
      factorAtMs: null,
      ...login.row,
      previousRefreshHash: null,
      createdAtMs: nowMs,
    });
    await insertTabToken(tx, { providerId, loginId, nowMs }, login.tab);
    await noteLogIn(tx, user, { nowMs, change: {}, isSpent: false });
    const entry = { providerId, userId: user.userId, requestId, target: loginId };
    await writeAudit(world, tx, { ...entry, action: "log-in", detail: { from: remoteAddress } });
    const row = await findLogin(tx, "refreshHash", login.tokens.refreshToken);
    const actor = row === undefined ? null : await actorBehind(() => null, tx, row);
    if (actor === null) throw new Error("the log-in that was just written is not there");
    return { actor, tokens: login.tokens };
  });
}
