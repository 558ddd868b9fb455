/** Sample values that use every part: scripts rendered from them have every kind of line. `remove.rsc` is always rendered from them. */
import type { ImageRelease } from "./image-release.ts";
import type { ScriptValues } from "./script-values.ts";
import type { ServiceValues } from "./service-values.ts";

export const sampleValues: ScriptValues = {
  site: { id: "site-1", name: "The corner's café" },
  hub: { url: "https://hub.example.com", enrolToken: "sample-enrol-token" },
  agent: {
    place: "container",
    disk: "usb1",
    imageFile: "usb1/karibu-agent.tar",
    memoryMiB: 128,
    routerAddress: "172.31.255.1",
    agentAddress: "172.31.255.2",
  },
  radius: {
    secret: "sample-radius-secret",
    second: { address: "10.89.0.1", secret: "sample-second-secret" },
    incomingPort: 3799,
  },
  api: { user: "karibu-agent", password: "sample-api-password", port: 8728 },
  backUpKey: "sample-back-up-key-of-this-router",
  guests: {
    network: "10.5.48.0/22",
    routerAddress: "10.5.48.1",
    poolFrom: "10.5.48.10",
    poolTo: "10.5.51.250",
    ports: ["ether3", "wifi1"],
    dnsName: "hotspot.example.net",
    portalName: "wifi.example.net",
    captiveApiUrl: "https://portal.example.net/captive",
    openHosts: ["pay.example.com"],
  },
  time: { servers: ["0.pool.ntp.org", "1.pool.ntp.org"] },
  internetProbe: "1.1.1.1",
  tunnel: {
    address: "10.89.0.2",
    network: "10.89.0.0/24",
    endpointHost: "hub.example.com",
    endpointPort: 51_820,
    hubPublicKey: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    keepaliveSeconds: 25,
  },
};

/** All that can run beside the hotspot. */
export const sampleServices: ServiceValues = {
  chosen: {
    pppoe: {
      interfaces: ["ether4", "vlan 20 (homes)"],
      serviceName: "karibu",
      network: "10.64.0.0/20",
      dnsServers: [],
      authentication: ["pap", "mschap2"],
      keepaliveSeconds: 30,
      mtuBytes: 1492,
      maxSessions: 200,
      padoDelayMs: 0,
      ipv6: { ipv6Prefix: "2001:db8:100::/40", delegatedLength: 56 },
    },
    snmp: { addresses: ["192.168.88.10", "10.89.0.0/24"] },
    logging: {
      collector: "192.168.88.11",
      port: 514,
      protocol: "udp",
      format: "syslog",
      topics: ["system", "critical"],
    },
    fairUplink: { uplink: "ether1", downKbps: 19_000, upKbps: 9500 },
    sharing: { exceptions: ["10.5.48.20"] },
    staff: { emergencyAddresses: ["192.168.88.10", "10.89.0.0/24"] },
  },
  snmpSecrets: {
    user: "karibu-sample",
    authenticationPassword: "sample-authentication",
    encryptionPassword: "sample-encryption",
  },
  emergencyPassword: "sample-emergency-password",
  hasSmallMemory: false,
};

export const sampleServiceValues: ScriptValues = { ...sampleValues, services: sampleServices };

/** A router that can't run containers: its agent runs at the other end of the tunnel. */
export const sampleHostedValues: ScriptValues = {
  ...sampleValues,
  agent: { place: "hosted", agentAddress: "10.89.0.1", httpPort: 8080 },
  radius: { ...sampleValues.radius, second: null },
};

/** A board without a USB port: the image is on its own flash, and unpacked into memory. */
export const sampleFlashValues: ScriptValues = {
  ...sampleValues,
  agent: {
    place: "container",
    disk: null,
    imageFile: "karibu-agent.tar.gz",
    memoryMiB: 256,
    routerAddress: "172.31.255.1",
    agentAddress: "172.31.255.2",
  },
};

export const sampleImage: ImageRelease = {
  url: "https://hub.example.com/v2/karibu-agent/archives/sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
  sha256: "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
  bytes: 108_500_000,
};
