export interface Today {
  readonly fromMs: number;
  readonly currency: string;
  readonly takenCents: number;
  /** Refunds of today; `takenCents` still contains them. */
  readonly givenBackCents: number;
  readonly payments: number;
  readonly undecided: number;
  readonly online: number;
  readonly sites: number;
  readonly sitesConnected: number;
  readonly takenByHourCents: readonly number[];
}

export const todayPath = "/api/v1/reports/today";
