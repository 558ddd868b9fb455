import type { enWebhooks } from "../en/webhooks.ts";

/** Webhooks of the business, in Swahili. */
export const swWebhooks: Record<keyof typeof enWebhooks, string> = {
  webhooksAll: "Webhook zote",
  webhooksWhy:
    "Kitovu hutuma kwa anwani hizi jambo linapotokea: zikiwa zimesainiwa, hujaribiwa tena kwa siku moja, na majibu yake hayaonyeshwi kamwe. Kengele huja kwa kanuni zinazozitaja.",
  webhookHears: "Husikia",
  webhookHearsAlarms: "Kengele tu",
  webhookIsOn: "Imewashwa",
  webhookSwitchedOff: "Ilizimwa {time}: hakuna kilichopokelewa kwa siku tatu",
  event_payment_received: "Malipo yamepokelewa",
  event_payment_reversed: "Malipo yamerudishwa",
  event_grant_made: "Kifurushi kimetolewa",
  event_voucher_used: "Vocha imetumika",
  event_customer_made: "Mteja ameongezwa",
  event_site_online: "Kituo kimeunganishwa",
  event_site_offline: "Kituo kiko nje",
  event_test: "Jaribio",
  deliveries: "Zilizotumwa",
  noDeliveries: "Hakuna kilichotumwa siku 30 zilizopita.",
  deliveryTries: "Majaribio",
  deliveryAnswer: "Jibu",
  delivery_waiting: "Inasubiri",
  delivery_delivered: "Imepokelewa",
  delivery_failed: "Imeachwa",
  deliveryNoAnswer: "Hakuna jibu",
  removeWebhookSure: "Ondoa {name}? Kinachoisubiri hakitumwi.",
};
