import { type Section, tagged } from "../steps/step.ts";
import type { ServiceValues } from "../values/service-values.ts";

/**
 * SNMP version 3, read only, from chosen addresses: whoever asks proves a random secret (SHA1) and both sides encrypt (AES). The community
 * `public`, which RouterOS ships open, is closed; removal opens it again.
 */
export function snmp(addresses: readonly string[], secrets: NonNullable<ServiceValues["snmpSecrets"]>): Section {
  const port = { chain: "input", protocol: "udp", "dst-port": 161 } as const;
  const filter = "/ip/firewall/filter";
  const before = { beforeOtherRows: true };
  return {
    title: "SNMP version 3, read only, from chosen addresses",
    steps: [
      tagged("/snmp/community", "snmp-user", {
        name: secrets.user,
        addresses: addresses.map((address) => (address.includes("/") ? address : `${address}/32`)),
        security: "private",
        "read-access": true,
        "write-access": false,
        "authentication-protocol": "SHA1",
        "authentication-password": secrets.authenticationPassword,
        "encryption-protocol": "AES",
        "encryption-password": secrets.encryptionPassword,
        disabled: false,
      }),
      {
        kind: "setting",
        menu: "/snmp/community",
        row: "public",
        savedAs: "snmp-public",
        properties: { "read-access": false, "write-access": false, disabled: true },
        savedProperties: { "read-access": "flag", "write-access": "flag", disabled: "flag" },
        // A router whose owner renamed it has none.
        optionalMenu: true,
      },
      {
        kind: "setting",
        menu: "/snmp",
        savedAs: "snmp",
        properties: { enabled: true },
        savedProperties: { enabled: "flag" },
      },
      ...addresses.map((address, index) =>
        tagged(filter, `snmp-${index + 1}`, { ...port, action: "accept", "src-address": address }, before),
      ),
      tagged(filter, "snmp-rest", { ...port, action: "drop" }, before),
    ],
  };
}
