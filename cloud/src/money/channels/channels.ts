/**
 * A provider's payment channels. Money goes to the provider's own account there. The keys are sealed. They are opened only to
 * make a call, and never returned.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { newId, newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { sharedTokens, type TokenStore } from "../channel-tokens/shared-token.ts";
import { type AnnouncePaths, announcePaths } from "./announce-paths.ts";
import type { ChannelRow, ChannelSettings, HookUse } from "./channel.ts";
import type { ChannelDefinition, ChannelFacts, PaymentChannel } from "./channel-contract.ts";
import { type ChannelKinds, createChannelKinds } from "./channel-kinds.ts";
import { insertChannel, lockChannel, newInitiator, setChannel } from "./channel-rows.ts";
import { noteReplaced } from "./hook-tokens.ts";
import { type ChannelKeys, type EnteredKeys, type NewChannel, notCheckedYet, readKeys } from "./key-fields.ts";

export interface Channels {
  readonly kinds: ChannelKinds;
  /** @param keysProblem why it does not sell yet; null: its keys need no check */
  create(tx: Tx, providerId: string, channel: NewChannel, keysProblem: string | null): Promise<ChannelRow>;
  /**
   * Replaces keys; those left out stay. After a change of keys that sell, the channel does not sell until they are accepted.
   * After a change of the initiator, the new one has to prove itself. The caller has locked `channel`.
   */
  replaceKeys(tx: Tx, channel: ChannelRow, keys: EnteredKeys): Promise<ChannelRow>;
  /** Removes the initiator, and leaves all other keys. The caller has locked `channel`. */
  removeInitiator(tx: Tx, channel: ChannelRow): Promise<ChannelRow>;
  /** A new secret for one of its addresses; the old one stays good for a time. The caller has locked `channel`. */
  rotateSecret(tx: Tx, channel: ChannelRow, use: HookUse): Promise<ChannelRow>;
  /** The provider's channel for immediate payments from there; made when it is first needed. */
  immediate(tx: Tx, providerId: string, from: NonNullable<ChannelFacts["paidFrom"]>): Promise<ChannelRow>;
  open(channel: ChannelRow): PaymentChannel;
  keys(channel: ChannelRow): ChannelKeys;
  /** The app at the channel's owner whose rate limits count: SHA-256 of host and key, hex. Channels with one key share it. */
  appOf(channel: ChannelRow): string;
  /** `<public URL>/hooks/k/<token of this channel>`, then the parts. */
  callbackUrl(channel: ChannelRow, ...parts: readonly string[]): string;
  /** Where receipts of this channel are booked. */
  placeOf(channel: Pick<ChannelRow, "providerId" | "channelId" | "kind">): ReceiptPlace;
}

export interface ReceiptPlace {
  readonly providerId: string;
  readonly channelId: string;
  readonly rail: string;
  readonly currency: string;
}

export interface ChannelsSettings {
  readonly definitions: readonly ChannelDefinition[];
  /** How channels reach this hub, without a slash at the end. */
  readonly publicUrl: string;
  /** By the definition's name: a simulator instead of the channel's own hosts. */
  readonly baseUrls: Readonly<Record<string, string | null>>;
}

export interface ChannelServiceParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly http: HttpCall;
  readonly database: Database;
  readonly announcePaths?: AnnouncePaths | undefined;
}

export function createChannelService(parts: ChannelServiceParts, settings: ChannelsSettings): Channels {
  const { world, envelope, http, database } = parts;
  const kinds = createChannelKinds(settings.definitions);
  const stores = new Map<string, { readonly changedAtMs: number; readonly tokens: TokenStore }>();

  const keysOf = (channel: ChannelRow): ChannelKeys =>
    readKeys(envelope.open(channel.keysSealed, contextOf(channel)).toString("utf8"));

  /** Confirmations and validations have a secret of their own: see `hook-tokens.ts`. */
  const callbackUrl: Channels["callbackUrl"] = (channel, ...rest) => {
    const { hookToken, noticeToken } = keysOf(channel);
    const token = rest[0] === "c" || rest[0] === "v" ? noticeToken : hookToken;
    return [settings.publicUrl, "hooks", "k", token, ...rest].join("/");
  };

  function baseUrlOf({ kind, environment }: ChannelRow): string {
    const { name, baseUrls } = kinds.definitionOf(kind);
    return baseUrls === null ? "" : (settings.baseUrls[name] ?? baseUrls[environment]);
  }

  /** What this process knows of a token is kept until the channel's keys change. */
  function tokensOf(channel: ChannelRow, app: string): TokenStore {
    const context = contextOf(channel);
    const held = stores.get(context);
    if (held?.changedAtMs === channel.updatedAtMs) return held.tokens;
    const tokens = sharedTokens(parts, channel.providerId, app);
    stores.set(context, { changedAtMs: channel.updatedAtMs, tokens });
    return tokens;
  }

  const fieldsOf = (channel: ChannelRow, use: "selling" | "asking") =>
    (kinds.kindOf(channel.kind).fields ?? []).filter((field) => field.use === use);

  async function insert(
    tx: Tx,
    providerId: string,
    row: Pick<ChannelRow, "kind" | "name" | "shortcode" | "storeNumber" | "environment" | "keysProblem">,
    keys: EnteredKeys,
    clear: ChannelSettings,
  ): Promise<ChannelRow> {
    const id = { providerId, channelId: newId(world) };
    const hookToken = newSecret(world, 16);
    const noticeToken = newSecret(world, 16);
    await announcePaths(tx, parts.announcePaths, providerId, [
      { hash: hashOf(hookToken), use: "push", kind: row.kind },
      { hash: hashOf(noticeToken), use: "confirmation", kind: row.kind },
    ]);
    const nowMs = world.clock.wall().atMs;
    const expires = (kinds.kindOf(row.kind).fields ?? []).some((field) => field.expires && keys[field.name]);
    return insertChannel(
      tx,
      {
        ...id,
        ...row,
        keysSealed: envelope.seal(Buffer.from(JSON.stringify({ ...keys, hookToken, noticeToken })), contextOf(id)),
        passwordSetAtMs: expires ? nowMs : null,
        hookTokenHash: hashOf(hookToken),
        noticeTokenHash: hashOf(noticeToken),
        active: true,
        keysEnteredAtMs: nowMs,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      },
      clear,
    );
  }

  function writeKeys(
    tx: Tx,
    channel: ChannelRow,
    keys: ChannelKeys,
    change: Omit<Parameters<typeof setChannel>[2], "keysSealed" | "updatedAtMs">,
  ): Promise<ChannelRow> {
    return setChannel(tx, channel, {
      ...change,
      keysSealed: envelope.seal(Buffer.from(JSON.stringify(keys)), contextOf(channel)),
      // The kept token store is dropped by this: two changes in one millisecond must differ too.
      updatedAtMs: Math.max(world.clock.wall().atMs, channel.updatedAtMs + 1),
    });
  }

  const keepSettings = ({ providerId, channelId }: ChannelRow, changes: ChannelSettings) =>
    database.asProvider(providerId, async (tx) => {
      const now = await lockChannel(tx, providerId, channelId);
      await setChannel(tx, now, { settings: { ...now.settings, ...changes } });
    });

  return {
    kinds,
    create(tx, providerId, channel, keysProblem) {
      const { kind, environment, name, shortcode = "", storeNumber = null } = channel;
      const { fields, title, currencyOf } = kinds.kindOf(kind);
      // What has a column of its own is not sealed; the rest of its identity, as a country, is kept with the keys.
      const sealed = (fields ?? []).filter(({ name }) => name !== "shortcode" && name !== "storeNumber");
      const keys = Object.fromEntries(sealed.flatMap((field) => enteredIn(channel, field.name)));
      const currency = currencyOf?.(keys) ?? null;
      const signer = kinds.definitionOf(kind).initiator?.settingsOf(keys) ?? {};
      const clear = { ...signer, ...(currency === null ? {} : { currency }) };
      const row = { kind, environment, shortcode, name: name ?? title(channel) };
      return insert(tx, providerId, { ...row, storeNumber, keysProblem }, keys, clear);
    },
    replaceKeys(tx, channel, changes) {
      const isChanged = ({ name }: { readonly name: string }) => changes[name] !== undefined;
      const asking = fieldsOf(channel, "asking");
      const clear = kinds.definitionOf(channel.kind).initiator?.settingsOf(changes) ?? {};
      return writeKeys(
        tx,
        channel,
        { ...keysOf(channel), ...changes },
        {
          settings: { ...channel.settings, ...clear },
          ...(asking.some((field) => field.expires && isChanged(field))
            ? { passwordSetAtMs: world.clock.wall().atMs }
            : {}),
          ...(asking.some(isChanged) ? newInitiator(channel) : {}),
          ...(fieldsOf(channel, "selling").some(isChanged)
            ? {
                keysProblem: notCheckedYet,
                keysCheckedAtMs: null,
                keysEnteredAtMs: world.clock.wall().atMs,
                requestAcceptedAtMs: null,
              }
            : {}),
        },
      );
    },
    removeInitiator(tx, channel) {
      const names = fieldsOf(channel, "asking").map(({ name }) => name);
      return writeKeys(tx, channel, without(keysOf(channel), names), {
        settings: without(channel.settings, names),
        ...newInitiator(channel),
        passwordSetAtMs: null,
        passwordRemindedAtMs: null,
        initiatorStoppedAtMs: channel.initiatorStoppedAtMs ?? world.clock.wall().atMs,
      });
    },
    async rotateSecret(tx, channel, use) {
      const token = newSecret(world, 16);
      const path = { hash: hashOf(token), use, kind: channel.kind };
      await announcePaths(tx, parts.announcePaths, channel.providerId, [path]);
      await noteReplaced(tx, channel, use, hashOf(token), world.clock.wall().atMs);
      const isPush = use === "push";
      const hash = isPush ? { hookTokenHash: hashOf(token) } : { noticeTokenHash: hashOf(token) };
      const secret = isPush ? { hookToken: token } : { noticeToken: token };
      return writeKeys(tx, channel, { ...keysOf(channel), ...secret }, hash);
    },
    async immediate(tx, providerId, from) {
      const { kind, title } = kinds.paidFrom(from);
      const found = await tx
        .selectFrom("channels")
        .selectAll()
        .where("providerId", "=", providerId)
        .where("kind", "=", kind)
        .orderBy("channelId")
        .executeTakeFirst();
      if (found !== undefined) return found;
      const row = { kind, name: title({}), shortcode: "", storeNumber: null, environment: "production" } as const;
      return insert(tx, providerId, { ...row, keysProblem: null }, {}, {});
    },
    open: (channel) =>
      kinds.definitionOf(channel.kind).open({
        world,
        http,
        row: channel,
        baseUrl: baseUrlOf(channel),
        publicUrl: settings.publicUrl,
        keys: () => keysOf(channel),
        tokens: (app) => tokensOf(channel, app),
        callbackUrl: (...rest) => callbackUrl(channel, ...rest),
        keepSettings: (changes) => keepSettings(channel, changes),
      }),
    keys: keysOf,
    appOf(channel) {
      const { appKey } = kinds.definitionOf(channel.kind);
      const key = appKey === null ? undefined : keysOf(channel)[appKey];
      return hashOf(`${baseUrlOf(channel)}/${key ?? channel.channelId}`);
    },
    callbackUrl,
    placeOf({ providerId, channelId, kind }) {
      const { rail, currency } = kinds.factsOf(kind);
      return { providerId, channelId, rail, currency: currency ?? "KES" };
    },
  };
}

/** SHA-256 of a path token, hex: all that the tables keep of it. */
export function hashOf(token: string): string {
  return sha256Hex(token);
}

function contextOf({ providerId, channelId }: Pick<ChannelRow, "providerId" | "channelId">): string {
  return `channel/${providerId}/${channelId}`;
}

function enteredIn(keys: EnteredKeys, name: string): [string, string][] {
  const value = keys[name];
  return value === undefined ? [] : [[name, value]];
}

function without<Values extends object>(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name))) as Values;
}
