/** What a webhook hears, as the fields of its form. */

import type { Field, Values } from "../../components/action-form.ts";
import type { AppContext } from "../../components/app-element.ts";
import { say, word } from "../../strings/strings.ts";
import { eventNames, eventsOf, type Webhook } from "./webhooks.ts";

/** Events that this user may see: nobody lets an address hear of more. What it hears already stays to be taken away. */
export function eventFields(app: AppContext, webhook: Webhook | null): Field[] {
  return eventNames
    .filter((event) => app.user.permissions.includes(eventsOf[event]) || webhook?.events.includes(event) === true)
    .map((event) => ({
      name: event,
      label: `${say("webhookHears")}: ${eventWord(event)}`,
      type: "checkbox",
      value: webhook?.events.includes(event) ?? false,
    }));
}

export const chosenEvents = (values: Values) => eventNames.filter((event) => values[event] === true);

/** An event of the business, a test, or an alarm that began or ended. */
export const eventWord = (event: string): string => word("event", event.replaceAll(".", "_"));

export const hearsText = ({ events }: Webhook): string =>
  events.length === 0 ? say("webhookHearsAlarms") : events.map(eventWord).join(", ");
