import type { takeoverTotal, takeoverView } from "@karibu/cloud/modules/takeover/apply-routes";
import type { shadowView, switchView } from "@karibu/cloud/modules/takeover/switch-routes";
import type { takeoverPreview } from "@karibu/cloud/modules/takeover/takeover-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type TakeoverPreview = z.output<typeof takeoverPreview>;
export type TakenUser = TakeoverPreview["users"][number];
export type TakenPlan = TakeoverPreview["plans"][number];
export type SourceCount = TakeoverPreview["sources"][number];
export type TakeoverTotal = z.output<typeof takeoverTotal>;
export type Takeover = z.output<typeof takeoverView>;
export type Shadow = z.output<typeof shadowView>;
export type SwitchStand = z.output<typeof switchView>;

/** A file, or the site whose router is read. */
export interface TakeoverSource {
  readonly file?: string;
  readonly fromSiteId?: string;
  readonly utcOffsetMinutes: number;
}
export type TakeoverChoice = Body<"POST", "/api/v1/takeovers/total">;
export interface Switched {
  readonly takeover: Takeover;
  readonly at: SwitchStand;
}

export const previewTakeover = (source: TakeoverSource): Promise<TakeoverPreview> =>
  post("/api/v1/takeovers/preview", source);
export const totalOfTakeover = (choice: TakeoverChoice): Promise<TakeoverTotal> =>
  post("/api/v1/takeovers/total", choice);
/** Exactly what the total said. */
export const applyTakeover = (choice: TakeoverChoice, { atMs, sign }: TakeoverTotal): Promise<Takeover> =>
  post("/api/v1/takeovers", { ...choice, atMs, sign });

export const listTakeovers = (query: ListQuery): Promise<Page<Takeover>> => getList("/api/v1/takeovers", query);

export const readShadow = (takeoverId: string): Promise<Shadow> =>
  get(hubPath("/api/v1/takeovers/{takeoverId}/shadow", { takeoverId }));
export const runShadow = (takeoverId: string, what: "start" | "stop"): Promise<Shadow> =>
  post(hubPath("/api/v1/takeovers/{takeoverId}/shadow", { takeoverId }), { do: what });
export const readSwitch = (takeoverId: string): Promise<SwitchStand> =>
  get(hubPath("/api/v1/takeovers/{takeoverId}/switch", { takeoverId }));
export const switchToKaribu = (takeoverId: string, reason: string, backDays: number): Promise<Switched> =>
  post(hubPath("/api/v1/takeovers/{takeoverId}/switch", { takeoverId }), { reason, backDays });
export const switchBack = (takeoverId: string): Promise<Switched> =>
  post(hubPath("/api/v1/takeovers/{takeoverId}/back", { takeoverId }));
export const withdrawTakeover = (takeoverId: string): Promise<Takeover> =>
  post(hubPath("/api/v1/takeovers/{takeoverId}/withdraw", { takeoverId }));
