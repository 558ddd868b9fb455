/** One person's data: taken along as a file, and erased. */
import type { erasurePreview } from "@karibu/cloud/back-office/personal-data/personal-data-routes";
import type { z } from "zod";
import { getText, post } from "../../hub/api.ts";

export type ErasurePreview = z.output<typeof erasurePreview>;

/** Whose data: a customer, or who asked for a line and became none. */
export interface DataSubject {
  readonly kind: "customers" | "installations";
  readonly id: string;
}
const path = ({ kind, id }: DataSubject) => `/api/v1/${kind}/${encodeURIComponent(id)}`;
/** @param numbers ids of numbers that they had before; null: those that the hub holds for theirs */
export const erasurePath = (subject: DataSubject, numbers: readonly string[] | null) =>
  `${path(subject)}/erasure${numbers === null ? "" : `?numbers=${numbers.map(encodeURIComponent).join(",")}`}`;
export const exportPersonalData = (subject: DataSubject): Promise<string> => getText(`${path(subject)}/personal-data`);
export const erasePerson = (
  subject: DataSubject,
  { nameText, numbers }: { readonly nameText: string; readonly numbers: readonly string[] },
  key: string,
): Promise<unknown> =>
  post(`${path(subject)}/erase`, subject.kind === "customers" ? { nameText, numbers } : { nameText }, { key });
