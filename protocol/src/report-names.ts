/** The reports that there are, in the order in which people choose among them: for the hub, the console and their tests. */
export const reportNames = [
  "revenue",
  "log-ins",
  "traffic",
  "active-users",
  "retention",
  "at-risk",
  "forecast",
  "unusual-days",
  "capacity",
  "tax",
  "receivables",
  "lines",
  "prompts",
] as const;
export type ReportName = (typeof reportNames)[number];
