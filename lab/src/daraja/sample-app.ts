/** The app that the simulator knows when it is told of no other, and that the sample provider's channel uses. */
import type { DarajaApp } from "./desk-types.ts";

export const sampleApp: DarajaApp = {
  consumerKey: "lab-consumer-key",
  consumerSecret: "lab-consumer-secret",
  shortcode: "174379",
  passkey: "lab-passkey-of-the-simulated-paybill",
  business: "Baraka WiFi",
};
