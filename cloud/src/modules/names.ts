/** The hub's modules, and which others each is built on. Written by `npm run schema-types` from the folders beside it. Nobody edits it; a test compares. */
export const moduleNeeds = {
  domains: [],
  "group-messages": [],
  installations: ["stock", "tickets"],
  "operator-tunnels": [],
  "outage-notices": [],
  "platform-billing": [],
  push: [],
  "radius-log-in": [],
  "report-schedules": [],
  resellers: [],
  "site-import": [],
  stock: ["tickets"],
  takeover: [],
  tickets: [],
  venues: [],
  webhooks: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ModuleName = keyof typeof moduleNeeds;
