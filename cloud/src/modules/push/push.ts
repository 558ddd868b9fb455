/**
 * Alarms on the screens of people's phones and browsers, by web push: encrypted for one browser each, on record, tried again.
 *
 * Attacks   A browser names the address that is sent to: only hosts of known push services (`push-services.ts`), over https, to no internal
 *           address and without redirects (`http-client/public-url.ts`); what is answered is shown to nobody. Whoever has an access token
 *           could have alarms told to their own browser: a subscription belongs to the log-in that it was made in and goes with it, so that
 *           a new password or "log out there" ends both; in the log-in that chose the password, what was switched on before is off too. The address and its keys let anybody send to that browser: they are sealed. A
 *           phone shows what it is sent on its lock screen: so names of alarms and places, never money nor customers (`alert-text.ts`). What was on its
 *           way when somebody logged out is shown to whoever has the browser then: each says who may read it, and the browser shows others no words.
 */
import { createHash } from "node:crypto";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { type BrowserKeys, encryptPush } from "./encrypt-push.ts";
import { openPushKeys, type PushKeys } from "./push-keys.ts";
import { pushServiceOf } from "./push-services.ts";

export interface PushParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly jobs: JobQueue;
  readonly http: HttpCall;
  readonly publicUrl: string;
}

/** A browser that is switched on. */
export interface Subscription {
  readonly loginId: string;
  /** Whose push service it is at. */
  readonly service: string;
  readonly email: string;
  /** In which its person reads the console; null: never told. */
  readonly locale: "en" | "sw" | null;
}

/** What the screen shows. `tag`: a newer notification of the same tag takes the older one's place. */
export interface PushContent {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  /** The console's page: `#/alarms`. */
  readonly hash: string;
  /** Wakes a phone that saves its battery. */
  readonly isUrgent: boolean;
}

export interface Push {
  publicKey(): Promise<string>;
  /** In place of what this log-in had before. */
  subscribe(tx: Tx, of: LoginOf, given: GivenBrowser): Promise<void>;
  unsubscribe(tx: Tx, loginId: string): Promise<void>;
  /** Null: the browser of this log-in is not switched on, or was before its last new password. */
  standingOf(tx: Tx, loginId: string): Promise<Pick<Subscription, "locale"> | null>;
  /** Those of these people who may log in and have switched it on. */
  subscriptionsOf(
    tx: Tx,
    to: { readonly owners: boolean; readonly userIds: readonly string[] },
  ): Promise<Subscription[]>;
  /** In the transaction of its cause. The delivery's id. */
  send(tx: Tx, providerId: string, loginId: string, content: PushContent): Promise<string>;
  registerJobs(): Promise<void>;
}

interface GivenBrowser {
  readonly address: string;
  readonly keys: BrowserKeys;
  readonly locale: Subscription["locale"];
}

interface LoginOf {
  readonly providerId: string;
  readonly userId: string;
  readonly loginId: string;
}

export const pushJob = "notices.push";
const jobSchema = z.object({ providerId: z.string(), deliveryId: z.string() });
const timeoutMs = 10_000;
/** A phone that is off hears of it when it is on again; tomorrow it is no news. */
const timeToLiveSeconds = 12 * 3600;
/** 30 s, 1 min, 2 min… in all about an hour. */
const triesMax = 8;
const nextPushTryMs = (tries: number): number => 30_000 * 2 ** (tries - 1);

const addressContext = (providerId: string, loginId: string) => `push/${providerId}/${loginId}/address`;
const keysContext = (providerId: string, loginId: string) => `push/${providerId}/${loginId}/keys`;
const bodyContext = (providerId: string, deliveryId: string) => `push-delivery/${providerId}/${deliveryId}`;

export function createPush({ world, database, envelope, jobs, http, publicUrl }: PushParts): Push {
  let opened: Promise<PushKeys> | null = null;
  function openKeys(): Promise<PushKeys> {
    opened ??= openPushKeys(world, database, envelope).catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  }
  // Push services ask it when something is wrong with what we send; Apple insists on one.
  const contact = publicUrl.startsWith("https://") ? publicUrl : "mailto:hub@localhost";

  async function deliver(providerId: string, deliveryId: string): Promise<void> {
    const nowMs = world.clock.wall().atMs;
    const { found, browser } = await database.asProvider(providerId, async (tx) => {
      const delivery = await tx
        .selectFrom("push_deliveries")
        .selectAll()
        .where("deliveryId", "=", deliveryId)
        .executeTakeFirst();
      if (delivery?.state !== "waiting") return { found: null, browser: null };
      // What waited for another try goes to no browser that a new password has switched off meanwhile.
      const row = await standing(tx)
        .select(["browser.addressSealed", "browser.keysSealed", "browser.userId"])
        .where("browser.loginId", "=", delivery.loginId)
        .executeTakeFirst();
      return { found: delivery, browser: row ?? null };
    });
    if (found === null) return;
    const { loginId } = found;
    if (browser === null) return note(null, { state: "failed" });
    const address = envelope.open(browser.addressSealed, addressContext(providerId, loginId)).toString("utf8");
    const keys = readKeys(envelope.open(browser.keysSealed, keysContext(providerId, loginId)));
    const shown = JSON.parse(envelope.open(found.bodySealed, bodyContext(providerId, deliveryId)).toString("utf8"));
    const text = JSON.stringify({ ...shown, reader: browser.userId });
    // Also one that was stored when more services were known.
    if (pushServiceOf(address) === null) return note(null, { state: "failed" });
    const status = await http({
      method: "POST",
      url: address,
      headers: {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        TTL: String(timeToLiveSeconds),
        Urgency: found.isUrgent ? "high" : "normal",
        Topic: found.topic,
        Authorization: (await openKeys()).authorizationFor(address, { contact, nowMs }),
      },
      bytes: encryptPush(world.random, text, keys),
      timeoutMs,
      isTyped: true,
    }).then(
      (answer) => answer.status,
      () => null,
    );
    const tries = found.tries + 1;
    const outcome = judgePush(status, tries);
    await note(status, outcome);

    async function note(answered: number | null, { state, isGone = false }: PushOutcome): Promise<void> {
      await database.asProvider(providerId, async (tx) => {
        const triesNow = (found?.tries ?? 0) + 1;
        await tx
          .updateTable("push_deliveries")
          .set({ state, status: answered, tries: triesNow, changedAtMs: world.clock.wall().atMs })
          .where("deliveryId", "=", deliveryId)
          .where("state", "=", "waiting")
          .execute();
        // The address that is gone, and not one that the browser has told us meanwhile.
        if (isGone && browser !== null)
          await tx
            .deleteFrom("push_subscriptions")
            .where("loginId", "=", loginId)
            .where("addressSealed", "=", browser.addressSealed)
            .execute();
        if (state === "waiting")
          await jobs.send(tx, pushJob, { providerId, deliveryId }, { startAfterMs: nextPushTryMs(triesNow) });
      });
    }
  }

  return {
    publicKey: async () => (await openKeys()).publicKey,
    async subscribe(tx, { providerId, userId, loginId }, { address, keys, locale }) {
      const login = tx.selectFrom("logins").select("cutAtMs").where("loginId", "=", loginId);
      const cutAtMs = (await login.executeTakeFirst())?.cutAtMs ?? null;
      const nowMs = world.clock.wall().atMs;
      const given = {
        userId,
        service: pushServiceOf(address) ?? "",
        addressSealed: envelope.seal(Buffer.from(address), addressContext(providerId, loginId)),
        keysSealed: envelope.seal(Buffer.concat([keys.auth, keys.p256dh]), keysContext(providerId, loginId)),
        locale,
        // It is switched on after the password was chosen, whatever the clock of the process says that took that.
        createdAtMs: cutAtMs === null ? nowMs : Math.max(nowMs, cutAtMs + 1),
      };
      await tx
        .insertInto("push_subscriptions")
        .values({ providerId, loginId, ...given })
        .onConflict((on) => on.columns(["providerId", "loginId"]).doUpdateSet(given))
        .execute();
    },
    async unsubscribe(tx, loginId) {
      await tx.deleteFrom("push_subscriptions").where("loginId", "=", loginId).execute();
    },
    async standingOf(tx, loginId) {
      const row = await standing(tx).select("browser.locale").where("browser.loginId", "=", loginId).executeTakeFirst();
      return row ?? null;
    },
    async subscriptionsOf(tx, { owners, userIds }) {
      if (!owners && userIds.length === 0) return [];
      const rows = await standing(tx)
        .innerJoin("users as person", (join) =>
          join.onRef("person.providerId", "=", "login.providerId").onRef("person.userId", "=", "login.userId"),
        )
        .select(["browser.loginId", "browser.service", "browser.locale", "person.email"])
        .where("login.refreshExpiresAtMs", ">", world.clock.wall().atMs)
        .where("person.active", "=", true)
        .where((is) =>
          is.or([
            ...(owners ? [is("person.role", "in", ["owner", "platform-admin"])] : []),
            ...(userIds.length === 0 ? [] : [is("person.userId", "in", [...userIds])]),
          ]),
        )
        .orderBy("browser.createdAtMs")
        .execute();
      return rows;
    },
    async send(tx, providerId, loginId, { isUrgent, ...shown }) {
      const deliveryId = newId(world);
      const nowMs = world.clock.wall().atMs;
      await tx
        .insertInto("push_deliveries")
        .values({
          providerId,
          deliveryId,
          loginId,
          bodySealed: envelope.seal(Buffer.from(JSON.stringify(shown)), bodyContext(providerId, deliveryId)),
          // At most 32 letters, and nothing of ours readable at the push service.
          topic: createHash("sha256")
            .update(`${providerId}/${shown.tag}`)
            .digest()
            .subarray(0, 24)
            .toString("base64url"),
          isUrgent,
          state: "waiting",
          status: null,
          createdAtMs: nowMs,
          changedAtMs: nowMs,
        })
        .execute();
      await jobs.send(tx, pushJob, { providerId, deliveryId });
      return deliveryId;
    },
    registerJobs: () =>
      jobs.work(pushJob, async (data) => {
        const { providerId, deliveryId } = jobSchema.parse(data);
        await deliver(providerId, deliveryId);
      }),
  };
}

/** Those of log-ins, but for what was switched on before the log-in's person chose another password in it (`identity/credentials/logins.ts`). */
const standing = (tx: Tx) =>
  tx
    .selectFrom("push_subscriptions as browser")
    .innerJoin("logins as login", (join) =>
      join.onRef("login.providerId", "=", "browser.providerId").onRef("login.loginId", "=", "browser.loginId"),
    )
    .where((is) => is.or([is("login.cutAtMs", "is", null), is("login.cutAtMs", "<", is.ref("browser.createdAtMs"))]));

interface PushOutcome {
  readonly state: "sent" | "failed" | "waiting";
  /** The browser has unsubscribed. */
  readonly isGone?: boolean;
}

/**
 * What an answer of a push service means. @param status null: there was none
 * @see RFC 8030 §5, §7.3
 */
export function judgePush(status: number | null, tries: number): PushOutcome {
  if (status !== null && status >= 200 && status < 300) return { state: "sent" };
  if (status === 404 || status === 410) return { state: "failed", isGone: true };
  const mayPass = status === null || status === 408 || status === 429 || status >= 500;
  return { state: mayPass && tries < triesMax ? "waiting" : "failed" };
}

const readKeys = (stored: Buffer): BrowserKeys => ({ auth: stored.subarray(0, 16), p256dh: stored.subarray(16) });
