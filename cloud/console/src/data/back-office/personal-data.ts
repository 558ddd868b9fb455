/** One person's data: taken along as a file, and erased. */
import type { erasurePreview } from "@karibu/cloud/back-office/personal-data/personal-data-routes";
import type { z } from "zod";
import { getText, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { withQuery } from "../../hub/list.ts";

export type ErasurePreview = z.output<typeof erasurePreview>;

/** Whose data: a customer, or who asked for a line and became none. */
export interface DataSubject {
  readonly kind: "customers" | "installations";
  readonly id: string;
}
/** @param numbers ids of numbers that they had before; null: those that the hub holds for theirs */
export const erasurePath = (subject: DataSubject, numbers: readonly string[] | null) =>
  subject.kind === "customers"
    ? withQuery(hubPath("/api/v1/customers/{customerId}/erasure", { customerId: subject.id }), {
        // With none of them it says so: a query that is left out means those that the hub holds for theirs.
        numbers: numbers === null ? null : numbers.join(",") || ",",
      })
    : hubPath("/api/v1/installations/{installationId}/erasure", { installationId: subject.id });
export const exportPersonalData = ({ kind, id }: DataSubject): Promise<string> =>
  kind === "customers"
    ? getText(hubPath("/api/v1/customers/{customerId}/personal-data", { customerId: id }))
    : getText(hubPath("/api/v1/installations/{installationId}/personal-data", { installationId: id }));
export const erasePerson = (
  { kind, id }: DataSubject,
  { nameText, numbers }: { readonly nameText: string; readonly numbers: readonly string[] },
  key: string,
): Promise<unknown> =>
  kind === "customers"
    ? post(hubPath("/api/v1/customers/{customerId}/erase", { customerId: id }), { nameText, numbers }, { key })
    : post(hubPath("/api/v1/installations/{installationId}/erase", { installationId: id }), { nameText }, { key });
