/** Payment channels. The hub takes their keys and never shows them again. */

import type { recordingView } from "@karibu/cloud/money/channel-recording/recording-routes";
import type {
  channelDetailView,
  channelKindView,
  channelRowView,
  channelView,
} from "@karibu/cloud/money/channels/channel-view";
import type { messageAddressView } from "@karibu/cloud/money/claims/message-address-routes";
import type { simInboxView } from "@karibu/cloud/money/claims/sim-inbox-routes";
import type { promptView } from "@karibu/cloud/money/matching/prompt-view";
import type { z } from "zod";
import { get, type Page, patch, post, put, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { everyRow, getList, wholeList } from "../../hub/list.ts";

export type Channel = z.output<typeof channelView>;
/** One of the list: with what is wrong at it. */
export type ListedChannel = z.output<typeof channelRowView>;
export type ChannelDetail = z.output<typeof channelDetailView>;
/** A kind of channel, and the fields of the form that adds one. */
export type ChannelKindForm = z.output<typeof channelKindView>;
export interface ChannelKinds {
  readonly items: readonly ChannelKindForm[];
}
export type Initiator = NonNullable<Channel["initiator"]>;

export const channelPath = (id: string) => hubPath("/api/v1/channels/{id}", { id });
export const channelKindsPath = "/api/v1/channel-kinds";
export const listChannels = (): Promise<Page<ListedChannel>> =>
  wholeList((query) => getList("/api/v1/channels", query));
/** Those that money can be found by: they sell, or did. */
export const listChannelsToFind = (): Promise<Page<ListedChannel>> =>
  wholeList((query) => getList("/api/v1/channels", query, { offered: "to-find" }));
/** The channels that a site can sell through now. */
export const listSellingChannels = async (): Promise<Channel[]> =>
  (await everyRow((query) => getList("/api/v1/channels", query, { active: true }))).filter(({ sells }) => sells);
export const addChannel = (channel: Body<"POST", "/api/v1/channels">): Promise<ChannelDetail> =>
  post("/api/v1/channels", channel);
export const changeChannel = (
  id: string,
  change: Body<"PATCH", "/api/v1/channels/{id}">,
  etag: string | null,
): Promise<Channel> => patch(channelPath(id), change, { etag });
export const changeChannelKeys = (id: string, keys: Body<"POST", "/api/v1/channels/{id}/keys">): Promise<Channel> =>
  post(hubPath("/api/v1/channels/{id}/keys", { id }), keys);
export interface CheckedKeys {
  readonly ok: boolean;
  readonly verdict: "accepted" | "refused" | "not-asked";
  readonly message: string;
}
export const checkChannel = (id: string): Promise<CheckedKeys> => post(hubPath("/api/v1/channels/{id}/check", { id }));
export type ChannelTry = z.output<typeof promptView>;
/** Asks a phone for the smallest sum. */
export const tryChannel = (id: string, phone: string, key: string): Promise<ChannelTry> =>
  post(hubPath("/api/v1/channels/{id}/try", { id }), { phone }, { key });
export const readTry = (id: string, promptId: string): Promise<ChannelTry> =>
  get(hubPath("/api/v1/channels/{id}/try/{promptId}", { id, promptId }));
export const registerChannel = (
  id: string,
  order: Body<"POST", "/api/v1/channels/{id}/register">,
): Promise<{ registered: boolean; message: string }> => post(hubPath("/api/v1/channels/{id}/register", { id }), order);

/** A new secret for an address; the old one stays good for a time. */
export const rotateSecret = (id: string, use: "push" | "confirmation"): Promise<ChannelDetail> =>
  post(hubPath("/api/v1/channels/{id}/rotate-secret", { id }), { use });

export type MessageAddresses = z.output<typeof messageAddressView>;
export const messageAddressPath = (id: string) => hubPath("/api/v1/channels/{id}/message-address", { id });
/** A new address for forwarded messages; the one before stays good for two days. */
export const makeMessageAddress = (id: string): Promise<MessageAddresses> => post(messageAddressPath(id), {});
export const endMessageAddress = (id: string): Promise<unknown> => remove(messageAddressPath(id));

/** What the channel really sends, against what its documents say. */
export type Recording = z.output<typeof recordingView>;
export const recordingPath = (id: string) => hubPath("/api/v1/channels/{id}/recording", { id });

const initiatorPath = (id: string) => hubPath("/api/v1/channels/{id}/initiator", { id });
export const replaceInitiator = (
  id: string,
  initiator: Body<"PUT", "/api/v1/channels/{id}/initiator">,
): Promise<Channel> => put(initiatorPath(id), initiator);
export const removeInitiator = (id: string): Promise<Channel> => remove(initiatorPath(id));
/** Tries the same initiator again, after M-Pesa has unlocked it or has given it a role. */
export const retryInitiator = (id: string): Promise<Channel> =>
  post(hubPath("/api/v1/channels/{id}/initiator/retry", { id }));

/** The channel that a site sells through; null: the provider's newest. */
export interface SiteChannelChoice {
  readonly channelId: string | null;
}
export const siteChannelPath = (siteId: string) => hubPath("/api/v1/sites/{id}/channel", { id: siteId });
export const setSiteChannel = (
  siteId: string,
  channelId: string | null,
  etag: string | null,
): Promise<SiteChannelChoice> => put(siteChannelPath(siteId), { channelId }, { etag });

/** Whether the SIM of a site's router is read for M-Pesa's messages. */
export type SimInbox = z.output<typeof simInboxView>;
export const simInboxPath = (siteId: string) => hubPath("/api/v1/sites/{id}/sim-inbox", { id: siteId });
export const readSimInbox = (siteId: string, inbox: Body<"PUT", "/api/v1/sites/{id}/sim-inbox">): Promise<SimInbox> =>
  put(simInboxPath(siteId), inbox);
export const endSimInbox = (siteId: string): Promise<unknown> => remove(simInboxPath(siteId));
/** Those whose money M-Pesa writes about. */
export const listMpesaChannels = async (): Promise<Channel[]> =>
  (await everyRow((query) => getList("/api/v1/channels", query))).filter(({ kind }) => kind.startsWith("mpesa-"));
