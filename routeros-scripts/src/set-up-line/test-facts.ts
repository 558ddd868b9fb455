/** Facts of a router that fits, for tests that change one thing. */
import type { RouterFacts } from "@karibu/protocol/router/router-facts";

export const goodFacts: RouterFacts = {
  serial: "HFG09ABCDEF",
  identity: "MikroTik",
  version: "7.22.1 (stable)",
  architecture: "arm64",
  board: "hAP ax^3",
  totalMemoryBytes: 1_073_741_824,
  freeDiskBytes: 60_000_000,
  licenceLevel: "6",
  wireguardPublicKey: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
  deviceMode: { mode: "home", container: false, hotspot: false, scheduler: false, fetch: false, flagged: false },
  packages: [{ name: "routeros", version: "7.22.1", disabled: false }],
  disks: [{ slot: "usb1", sizeBytes: 8_000_000_000, freeBytes: 0, fileSystem: "" }],
  interfaces: [
    { name: "ether1", type: "ether", running: true, bridge: "", isInstallers: false },
    { name: "ether2", type: "ether", running: false, bridge: "bridge", isInstallers: false },
    { name: "ether5", type: "ether", running: true, bridge: "bridge", isInstallers: true },
    { name: "wifi1", type: "wifi", running: true, bridge: "bridge", isInstallers: false },
    { name: "bridge", type: "bridge", running: true, bridge: "", isInstallers: false },
  ],
  wifi: [{ name: "wifi1", ssid: "MikroTik", driver: "wifi" }],
  hotspots: [],
  addresses: [
    { address: "192.168.88.1/24", interface: "bridge" },
    { address: "192.168.1.20/24", interface: "ether1" },
  ],
  routes: [{ network: "0.0.0.0/0", gateway: "192.168.1.1" }],
  dnsServers: ["192.168.1.1"],
  clock: { date: "2026-11-22", time: "10:00:00", offset: "+03:00", isSynchronised: true },
};
