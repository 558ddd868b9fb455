/** The default app of the simulator, which the channel of the sample provider uses, and who signs calls with a later result for it. */
import type { DarajaApp } from "./daraja-types.ts";

export const sampleApp: DarajaApp = {
  consumerKey: "lab-consumer-key",
  consumerSecret: "lab-consumer-secret",
  shortcode: "174379",
  passkey: "lab-passkey-of-the-simulated-paybill",
  business: "Baraka WiFi",
};

/** Nobody has the private half of its certificate: the simulator believes each name. */
export const sampleInitiator = {
  initiatorName: "karibu",
  initiatorPassword: "lab-initiator-1",
  certificate: [
    "-----BEGIN PUBLIC KEY-----",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzAQdVe1n4wsdwRA/v1+4",
    "ktn5Wki32OKpathzttYeC47n/l1EhkW0sMjsTkCvKV9WjJmoILdYPfoqVLTo4y24",
    "917MLbmByk/obHmFL3AuNZwxvFO+aa/nXFqH1vW86ppHlqBPJbzAcPj/12n1r0JV",
    "PaG4upNHUU1oqPH/SrRu0LHqxzU6vzJ1zgXMBtfonYHv/C4xNJMBwztgdRS4eNF6",
    "0aOGRNrIz0OBwz/5d546xJyTEX1y9hTv35x9M5DBWrLOUR1mkA0ZR/sacOiW25Tj",
    "47lb2EoBXgV+IfUFBRFv2QVuC1A6iNbDN341ci8BuFwkZygTVzD0/zP7rzKhmDPw",
    "YQIDAQAB",
    "-----END PUBLIC KEY-----",
  ].join("\n"),
};
