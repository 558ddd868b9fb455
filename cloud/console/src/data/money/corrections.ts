import type { correctionView } from "@karibu/cloud/money/corrections/correction-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { getList, type ListQuery, type Span } from "../../hub/list.ts";

export type Correction = z.output<typeof correctionView>;
export type CorrectionKind = Correction["kind"];

const path = "/api/v1/corrections";
const at = (id: string) => `${path}/${encodeURIComponent(id)}`;
export const listCorrections = (
  query: ListQuery,
  filters: Span & { readonly state: string; readonly kind: string; readonly phone: string },
): Promise<Page<Correction>> => getList(path, query, { ...filters });
export const requestCorrection = (correction: object, key: string): Promise<Correction> =>
  post(path, correction, { key });
export const approveCorrection = (id: string, key: string): Promise<Correction> =>
  post(`${at(id)}/approve`, {}, { key });
export const refuseCorrection = (id: string, key: string): Promise<Correction> => post(`${at(id)}/refuse`, {}, { key });
