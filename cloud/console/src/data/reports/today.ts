import { get } from "../../hub/api.ts";

export interface Today {
  readonly fromMs: number;
  readonly currency: string;
  readonly takenCents: number;
  /** Refunds of today, not taken off above. */
  readonly givenBackCents: number;
  readonly payments: number;
  readonly undecided: number;
  readonly online: number;
  readonly sites: number;
  readonly sitesConnected: number;
  readonly takenByHourCents: readonly number[];
}

export const readToday = (): Promise<Today> => get("/api/v1/reports/today");
