import { post } from "../../hub/api.ts";
import { withQuery } from "../../hub/list.ts";

export interface CustomerCredit {
  readonly balanceCents: number;
}

const path = "/api/v1/credits";
export const creditPath = (phone: string, currency: string): string => withQuery(path, { phone, currency });
export const topUpCredit = (topUp: object, key: string): Promise<CustomerCredit> => post(path, topUp, { key });
