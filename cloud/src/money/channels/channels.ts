/**
 * A provider's payment channels. Money goes to the provider's own account there; its keys are sealed, opened only to make a
 * call, and never returned. What the kinds have in common is `channel-contract.ts`; what is true of each, `channel-kinds.ts`.
 */
import { createHash } from "node:crypto";
import { newId, newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Updateable } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { PaymentChannel } from "./channel-contract.ts";
import {
  type ChannelKeys,
  initiatorKeys,
  keysOfNew,
  type NewChannel,
  notCheckedYet,
  readKeys,
  sellingKeys,
} from "./channel-keys.ts";
import { channelKinds } from "./channel-kinds.ts";
import { darajaChannel } from "./daraja/channel.ts";
import { createDarajaClient, type DarajaClient, darajaBaseUrl } from "./daraja/client.ts";
import { deskChannel } from "./desk-channel.ts";
import { pesapalBaseUrl, pesapalChannel } from "./pesapal/channel.ts";
import { sellingChannel } from "./selling-channel.ts";
import { sharedTokens } from "./shared-token.ts";
import { stripeChannel } from "./stripe/channel.ts";
import type { ChannelKind, ChannelRow, ChannelSettings, ChannelTables } from "./tables.ts";

export interface Channels {
  /** @param keysProblem why it does not sell yet; null: nobody is asked about its keys */
  create(tx: Tx, providerId: string, channel: NewChannel, keysProblem: string | null): Promise<ChannelRow>;
  /**
   * New keys for a channel that is there; what is left out stays. Keys that sell stop selling until they were accepted; an
   * initiator's have to prove themselves anew. `channel` is locked by the caller.
   */
  replaceKeys(tx: Tx, channel: ChannelRow, keys: Partial<ChannelKeys>): Promise<ChannelRow>;
  /** Takes the initiator away, and leaves all other keys as they are. `channel` is locked by the caller. */
  removeInitiator(tx: Tx, channel: ChannelRow): Promise<ChannelRow>;
  /** The channel that a site sells through now, in the given currency; null when there is none. */
  selling(tx: Tx, providerId: string, siteId: string, currency: string): Promise<ChannelRow | null>;
  /** The provider's channel of a kind that needs no keys; made when it is first needed. */
  ofDesk(tx: Tx, providerId: string, kind: "cash" | "credit"): Promise<ChannelRow>;
  /** Opens the keys. */
  open(channel: ChannelRow): PaymentChannel;
  /** Daraja's own calls; null for other kinds. */
  daraja(channel: ChannelRow): DarajaClient | null;
  keys(channel: ChannelRow): ChannelKeys;
  /** The app at the channel's owner whose limits count: SHA-256 of host and key, hex. Channels with one key share it. */
  appOf(channel: ChannelRow): string;
  /** `<public URL>/hooks/<path>/<token of this channel>`, then what the parts say. */
  hookUrl(channel: ChannelRow, ...parts: readonly string[]): string;
}

export interface ChannelSettingsOfHub {
  readonly publicUrl: string;
  readonly darajaBaseUrl: string | null;
  readonly pesapalBaseUrl?: string | null;
  readonly stripeBaseUrl?: string | null;
}

export function createChannels(
  world: World,
  parts: { readonly envelope: Envelope; readonly http: HttpCall; readonly database: Database },
  settings: ChannelSettingsOfHub,
): Channels {
  const clients = new Map<string, { readonly changedAtMs: number; readonly client: DarajaClient }>();
  const context = (channel: { readonly provider_id: string; readonly channel_id: string }) =>
    `channel/${channel.provider_id}/${channel.channel_id}`;

  const keysOf = (channel: ChannelRow): ChannelKeys =>
    readKeys(parts.envelope.open(channel.keys_sealed, context(channel)).toString("utf8"));

  const hookUrl: Channels["hookUrl"] = (channel, ...rest) =>
    [settings.publicUrl, "hooks", "k", keysOf(channel).hookToken, ...rest].join("/");

  function baseUrlOf({ kind, environment }: ChannelRow): string {
    if (channelKinds[kind].isDaraja) return settings.darajaBaseUrl ?? darajaBaseUrl(environment);
    if (kind === "pesapal") return settings.pesapalBaseUrl ?? pesapalBaseUrl(environment);
    return kind === "stripe" ? (settings.stripeBaseUrl ?? "https://api.stripe.com") : "";
  }

  function appOf(channel: ChannelRow): string {
    const { consumerKey, secretKey } = keysOf(channel);
    return hashOf(`${baseUrlOf(channel)}/${consumerKey ?? secretKey ?? channel.channel_id}`);
  }

  function daraja(channel: ChannelRow): DarajaClient | null {
    if (!channelKinds[channel.kind].isDaraja) return null;
    const id = context(channel);
    const held = clients.get(id);
    if (held?.changedAtMs === channel.updated_at_ms) return held.client;
    const { passkey = "", consumerKey = "", consumerSecret = "" } = keysOf(channel);
    const baseUrl = baseUrlOf(channel);
    const tokens = sharedTokens({ world, ...parts }, channel.provider_id, `${baseUrl}/${consumerKey}`);
    const signer = { shortcode: channel.shortcode, storeNumber: channel.store_number };
    const client = createDarajaClient(
      world,
      parts.http,
      baseUrl,
      { ...signer, passkey, consumerKey, consumerSecret },
      tokens,
    );
    clients.set(id, { changedAtMs: channel.updated_at_ms, client });
    return client;
  }

  function open(channel: ChannelRow): PaymentChannel {
    const client = daraja(channel);
    const keys = keysOf(channel);
    if (client !== null) return darajaChannel(client, (secret) => hookUrl(channel, "s", secret));
    const baseUrl = baseUrlOf(channel);
    switch (channel.kind) {
      case "pesapal": {
        const tokens = sharedTokens({ world, ...parts }, channel.provider_id, `${baseUrl}/${keys.consumerKey}`);
        const noticeId = channel.settings.noticeId ?? null;
        return pesapalChannel(
          { http: parts.http, baseUrl, keys, tokens, world },
          { publicUrl: settings.publicUrl, noticeId, noticeUrl: hookUrl(channel, "n") },
        );
      }
      case "stripe": {
        return stripeChannel({ http: parts.http, baseUrl, keys, world }, settings.publicUrl);
      }
      default:
        return deskChannel;
    }
  }

  async function insert(
    tx: Tx,
    providerId: string,
    row: {
      kind: ChannelKind;
      name: string;
      shortcode: string;
      storeNumber: string | null;
      environment: "sandbox" | "production";
      settings: ChannelRow["settings"];
    },
    keys: Omit<ChannelKeys, "hookToken">,
    keysProblem: string | null,
  ): Promise<ChannelRow> {
    const channelId = newId(world);
    const hookToken = newSecret(world, 16);
    const nowMs = world.clock.wall().atMs;
    return tx
      .insertInto("channels")
      .values({
        provider_id: providerId,
        channel_id: channelId,
        kind: row.kind,
        name: row.name,
        shortcode: row.shortcode,
        store_number: row.storeNumber,
        settings: json(row.settings),
        environment: row.environment,
        keys_sealed: parts.envelope.seal(
          Buffer.from(JSON.stringify({ ...keys, hookToken })),
          context({ provider_id: providerId, channel_id: channelId }),
        ),
        password_set_at_ms: keys.initiatorPassword === undefined ? null : nowMs,
        hook_token_hash: hashOf(hookToken),
        keys_problem: keysProblem,
        active: true,
        created_at_ms: nowMs,
        updated_at_ms: nowMs,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  function writeKeys(
    tx: Tx,
    channel: ChannelRow,
    { keys, settings }: { readonly keys: ChannelKeys; readonly settings: ChannelSettings },
    nowMs: number,
    change: Omit<Updateable<ChannelTables["channels"]>, "settings">,
  ): Promise<ChannelRow> {
    return tx
      .updateTable("channels")
      .set({
        ...change,
        settings: json(settings),
        keys_sealed: parts.envelope.seal(Buffer.from(JSON.stringify(keys)), context(channel)),
        // The held client is told by this: two changes in one millisecond must differ too.
        updated_at_ms: Math.max(nowMs, channel.updated_at_ms + 1),
      })
      .where("provider_id", "=", channel.provider_id)
      .where("channel_id", "=", channel.channel_id)
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  return {
    create(tx, providerId, channel, keysProblem) {
      const { row, keys } = keysOfNew(channel);
      return insert(tx, providerId, row, keys, keysProblem);
    },
    replaceKeys(tx, channel, changes) {
      const nowMs = world.clock.wall().atMs;
      const { initiatorName } = changes;
      const settings = { ...channel.settings, ...(initiatorName === undefined ? {} : { initiatorName }) };
      return writeKeys(tx, channel, { keys: { ...keysOf(channel), ...changes }, settings }, nowMs, {
        ...(changes.initiatorPassword === undefined ? {} : { password_set_at_ms: nowMs }),
        ...(initiatorKeys.some((each) => changes[each] !== undefined) ? anotherInitiator(channel) : {}),
        ...(sellingKeys.some((each) => changes[each] !== undefined)
          ? { keys_problem: notCheckedYet, keys_checked_at_ms: null }
          : {}),
      });
    },
    removeInitiator(tx, channel) {
      const nowMs = world.clock.wall().atMs;
      const keys = keysOf(channel);
      for (const each of initiatorKeys) delete keys[each];
      const { initiatorName: _, ...settings } = channel.settings;
      return writeKeys(tx, channel, { keys, settings }, nowMs, {
        ...anotherInitiator(channel),
        password_set_at_ms: null,
        password_reminded_at_ms: null,
        initiator_stopped_at_ms: channel.initiator_stopped_at_ms ?? nowMs,
      });
    },
    selling: sellingChannel,
    async ofDesk(tx, providerId, kind) {
      const found = await tx
        .selectFrom("channels")
        .selectAll()
        .where("provider_id", "=", providerId)
        .where("kind", "=", kind)
        .orderBy("channel_id")
        .executeTakeFirst();
      if (found !== undefined) return found;
      const name = kind === "cash" ? "Cash" : "Customer credit";
      return insert(
        tx,
        providerId,
        { kind, name, shortcode: "", storeNumber: null, environment: "production", settings: {} },
        {},
        null,
      );
    },
    open,
    daraja,
    keys: keysOf,
    appOf,
    hookUrl,
  };
}

/** Nothing is known of it, for good or bad; results of the one before say nothing about it. */
export const anotherInitiator = ({ initiator_version }: Pick<ChannelRow, "initiator_version">) => ({
  initiator_version: initiator_version + 1,
  initiator_untold: false,
  initiator_code: null,
  initiator_problem: null,
  initiator_proved_at_ms: null,
});

/** SHA-256 of a path token, hex: all that the tables keep of it. */
export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

const banned = ["mpesa", "m-pesa", "safaricom", "exe", "exec", "cmd", "sql", "query"];

/**
 * What Daraja would refuse in a callback URL of ours; null when it is fine. Our paths spell none of the words, so this is
 * about the public URL that the operator chose.
 */
export function callbackUrlProblem(publicUrl: string, environment: "sandbox" | "production"): string | null {
  const url = publicUrl.toLowerCase();
  const word = banned.find((each) => url.includes(each));
  if (word !== undefined) return `Daraja refuses callback URLs that contain "${word}"`;
  if (environment === "production" && !url.startsWith("https://")) return "Daraja calls back over https only";
  return null;
}
