import { put } from "../../hub/api.ts";
import { getList } from "../../hub/list.ts";

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

/** On sale now, at most a hundred. */
export const readOfferedPlans = async (): Promise<readonly OfferedPlan[]> =>
  (await getList("/api/v1/plans", { cursor: null, limit: 100 }, { active: true })).items;
