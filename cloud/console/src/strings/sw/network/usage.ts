import type { enUsage } from "../../en/network/usage.ts";

/** How the hotspots are used, what became of a code, and what was sold by month, in Swahili. */
export const swUsage: Record<keyof typeof enUsage, string> = {
  usage: "Matumizi",
  logIns: "Mara za kuingia",
  devicesSeen: "Vifaa",
  averageTimeOnline: "Wastani wa muda mtandaoni",
  bytesByDay: "Zilizotumwa na kupokelewa kwa siku, siku {count}: {amount}",
  devicesByDay: "Vifaa kwa siku, siku {count}",
  noUsage: "Bado hakuna aliyekuwa mtandaoni.",
  customersSent: "Zilizotumwa",
  customersReceived: "Zilizopokelewa",
  onMap: "Onyesha kwenye ramani",
  revenueByMonth: "Mapato kwa mwezi",
  revenueAsSold:
    "Iliyouzwa, kwa mwezi ilipoandikwa: pamoja na pesa ambazo hazijathibitishwa. Marejesho hayajaondolewa.",
  noRevenue: "Bado hakuna kilichouzwa.",
  month: "Mwezi",
  whatHappened: "Yaliyotokea kwa {code}",
  sendCode: "Tuma msimbo",
  codeSent: "Msimbo uko njiani.",
  asInPlan: "Kama kifurushi",
  emptyAsPlan: "Tupu: kama kifurushi",
  trace_made: "Ilitengenezwa",
  trace_sent: "Ilitumwa kwa SMS",
  trace_disabled: "Ilizimwa",
  trace_lease_moved: "Ilihamia kituo kingine",
  trace_sold: "Iliuzwa",
  trace_started: "Ilianza kutumika",
  trace_bridge: "Ilitumika kwa imani, kituo kikiwa nje ya mtandao",
  trace_session: "Mtandaoni",
  trace_refund: "Ilirudishwa",
};
