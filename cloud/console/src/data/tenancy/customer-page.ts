import { put } from "../../hub/api.ts";
import { everyRow, getList } from "../../hub/list.ts";

/** What the provider decides about the customers' page, and where it is. */
export interface CustomerPageSettings {
  readonly isOpen: boolean;
  readonly codesADay: number;
  readonly planIds: readonly string[];
  readonly url: string;
}

export interface OfferedPlan {
  readonly planId: string;
  readonly name: string;
}

export const customerPagePath = "/api/v1/customer-page";
export const changeCustomerPage = (
  settings: Omit<CustomerPageSettings, "url">,
  etag: string | null,
): Promise<CustomerPageSettings> => put(customerPagePath, settings, { etag });

/** On sale now. */
export const readOfferedPlans = (): Promise<readonly OfferedPlan[]> =>
  everyRow((query) => getList("/api/v1/plans", query, { active: true }));
