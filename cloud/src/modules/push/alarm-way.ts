/** Push as a way in which people are told of alarms: owners and users whom a rule names, where they switched it on. */
import { sql } from "kysely";
import type { AlarmTeller, AlarmWay } from "../../ground/lists/alarm-way.ts";
import type { Push } from "./push.ts";

export const pushWay: AlarmWay = {
  way: "push",
  outcome: sql`coalesce((select p.state
    from push_deliveries p where p.provider_id = n.provider_id and p.delivery_id = n.sent_as), 'sent')`,
};

export const pushTeller = (push: Pick<Push, "subscriptionsOf" | "send">): AlarmTeller => ({
  way: "push",
  async addressees(tx, to, { providerId, what, alerts, screenText }) {
    const browsers = to.push ? await push.subscriptionsOf(tx, to) : [];
    return browsers.map(({ loginId, service, email, locale }) => ({
      toMasked: `${email} (${service})`,
      send: (noticeId) =>
        push.send(tx, providerId, loginId, {
          // A screen is one person's: in the language that they read the console in.
          ...screenText(locale),
          // What is over, or told again, takes the place of what the screen shows of it.
          tag: alerts[0]?.alertId ?? noticeId,
          hash: "#/alarms",
          isUrgent: what === "begun" || what === "escalated",
        }),
    }));
  },
});
