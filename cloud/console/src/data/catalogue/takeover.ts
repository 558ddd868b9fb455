import type { takeoverPreview } from "@karibu/cloud/catalogue/takeover/takeover-routes";
import type { z } from "zod";
import { post } from "../../hub/api.ts";

export type TakeoverPreview = z.output<typeof takeoverPreview>;
export type TakenUser = TakeoverPreview["users"][number];
export type TakenPlan = TakeoverPreview["plans"][number];

export const previewTakeover = (file: string, utcOffsetMinutes: number): Promise<TakeoverPreview> =>
  post("/api/v1/takeovers/preview", { file, utcOffsetMinutes });
