import type { correctionView } from "@karibu/cloud/money/corrections/correction-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span } from "../../hub/list.ts";

export type Correction = z.output<typeof correctionView>;
export type CorrectionKind = Correction["kind"];

const path = "/api/v1/corrections";
export const listCorrections = (
  query: ListQuery,
  filters: Span & { readonly state: string; readonly kind: string; readonly phone: string },
): Promise<Page<Correction>> => getList(path, query, { ...filters });
export const requestCorrection = (correction: Body<"POST", "/api/v1/corrections">, key: string): Promise<Correction> =>
  post(path, correction, { key });
export const approveCorrection = (id: string, key: string): Promise<Correction> =>
  post(hubPath("/api/v1/corrections/{id}/approve", { id }), {}, { key });
export const refuseCorrection = (id: string, key: string): Promise<Correction> =>
  post(hubPath("/api/v1/corrections/{id}/refuse", { id }), {}, { key });
