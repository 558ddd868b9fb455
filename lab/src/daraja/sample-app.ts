/** The default app of the simulator. The channel of the sample provider uses it. */
import type { DarajaApp } from "./daraja-types.ts";

export const sampleApp: DarajaApp = {
  consumerKey: "lab-consumer-key",
  consumerSecret: "lab-consumer-secret",
  shortcode: "174379",
  passkey: "lab-passkey-of-the-simulated-paybill",
  business: "Baraka WiFi",
};
