/** A rule of our own has a name, so that a form says it in its reader's language. */
import { beforeAll, expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";

const daraja = { kind: "mpesa-paybill", environment: "sandbox", passkey: "p", consumerKey: "k", consumerSecret: "s" };
const stripe = { kind: "stripe", environment: "sandbox", secretKey: "sk_1", webhookSecret: "whsec_1" };
const twilio = { kind: "twilio", name: "Twilio", accountSid: "AC1", authToken: "t", from: "+254700000000" };
const advanta = { kind: "advanta", name: "A", apiKey: "k", partnerId: "1", shortcode: "NET" };
const seller = { name: "Asha", sites: [] };

hubSuite("a field that breaks a rule of our own", (hub) => {
  let token = "";

  beforeAll(async () => {
    token = (await hub.makeProvider("Rules")).token;
  }, 120_000);

  const noServices = { pppoe: null, snmp: null, logging: null, fairUplink: null, sharing: null, staff: null };
  test.each([
    ["POST", "/sellers", { ...seller, pin: "12" }, "pin", "pin-digits"],
    ["POST", "/channels", { ...daraja, shortcode: "60" }, "shortcode", "short-code-digits"],
    [
      "POST",
      "/channels",
      { ...daraja, shortcode: "600100", initiatorPassword: "a@b" },
      "initiatorPassword",
      "m-pesa-signs",
    ],
    ["POST", "/channels", { ...daraja, shortcode: "600100", certificate: "x" }, "certificate", "pem-file"],
    ["POST", "/channels", { ...daraja, shortcode: "600100", certificate: "-----BEGIN X" }, "certificate", "rsa-key"],
    ["POST", "/channels", { ...stripe, secretKey: "pk_1" }, "secretKey", "begins-with", "sk_ / rk_"],
    ["POST", "/channels", { ...stripe, webhookSecret: "sec" }, "webhookSecret", "begins-with", "whsec_"],
    ["POST", "/message-senders", { ...twilio, accountSid: "XX" }, "accountSid", "begins-with", "AC"],
    ["POST", "/message-senders", { ...advanta, baseUrl: "http://10.0.0.1" }, "baseUrl", "https-address"],
    ["POST", "/vouchers/batches", { planId: "p", quantity: 1, prefix: "a b" }, "prefix", "capitals-or-digits"],
    ["GET", "/address-holders?address=fe80::1&atMs=1", undefined, "address", "ip-address"],
    ["PATCH", "/settings", { supportPhone: "<b>call</b> me" }, "supportPhone", "phone-signs"],
    ["PATCH", "/settings", { subdomain: "a b" }, "subdomain", "subdomain-signs"],
    ["PATCH", "/settings", { subdomain: "www" }, "subdomain", "kept-for-platform"],
    [
      "PATCH",
      "/settings",
      { outageCredit: { minSeconds: 90, maxSeconds: 60 } },
      "outageCredit.maxSeconds",
      "below-least",
    ],
    ["POST", "/payments/claims", { phone: "0712345678" }, "receipt", "receipt-or-phone"],
    ["POST", "/payments/entered", { channelId: "c" }, "receipt", "receipt-or-message"],
    ["POST", "/payments/p/devices", { mac: "12" }, "mac", "mac-address"],
    [
      "PUT",
      "/sites/s/router-services",
      { ...noServices, snmp: { addresses: ["x"] } },
      "snmp.addresses.0",
      "address-or-network",
    ],
    ["POST", "/sites", { name: "Hill", latitude: -1.28 }, "longitude", "half-place"],
    ["PATCH", "/sites/s", { latitude: -1.28 }, "longitude", "half-place"],
    ["PATCH", "/sites/s", { latitude: null, longitude: 36.8 }, "longitude", "half-place"],
    ["POST", "/channels", { kind: "no-such" }, "kind", "wrong-kind"],
  ])("[UIX-10] %s %s %j names the rule of %s: %s", async (method, path, body, field, rule, value?: string) => {
    const answer = await hub.call(method, `/api/v1${path}`, { token, body, headers: { "Idempotency-Key": rule } });
    expect(answer.body).toMatchObject({ status: 400, code: "invalid", field, rule });
    expect(answer.body.value).toBe(value);
    expect(answer.body.detail).not.toMatch(/[{}]/);
    expect(answer.body.errors[0].message).not.toMatch(/[{}]/);
  });
});
