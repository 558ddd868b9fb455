/** The default configuration of a router, as far as the scripts use it, with some objects of its owner that must stay. */
import type { ConfigurationRows } from "./configuration.ts";

export const factoryConfiguration: ConfigurationRows = {
  "/system/resource": [{ version: "7.22 (stable)", "architecture-name": "arm64" }],
  "/system/ntp/client": [{ enabled: "no", servers: "time.example.org,10.0.0.7" }],
  "/ip/dns": [{ "allow-remote-requests": "no" }],
  "/ppp/aaa": [{ "use-radius": "no", accounting: "no", "interim-update": "0s", "enable-ipv6-accounting": "no" }],
  "/snmp": [{ enabled: "no" }],
  "/snmp/community": [
    { name: "public", addresses: "::/0", "read-access": "yes", "write-access": "no", disabled: "no" },
  ],
  "/radius/incoming": [{ accept: "no", port: "1700" }],
  "/container/config": [{ tmpdir: "", "ram-high": "0" }],
  "/ip/service": [{ name: "api", disabled: "yes", port: "8728", address: "10.0.0.0/8,192.168.88.0/24" }],
  "/interface": [{ name: "ether2" }, { name: "ether3" }, { name: "wifi1" }],
  "/interface/bridge": [{ name: "bridge", comment: "defconf" }],
  "/interface/bridge/port": [
    { interface: "ether2", bridge: "bridge", comment: "defconf" },
    { interface: "ether3", bridge: "bridge", comment: "defconf" },
  ],
  "/ip/firewall/filter": [
    { chain: "forward", action: "passthrough", dynamic: "yes" },
    { chain: "input", action: "drop", "in-interface-list": "!LAN", comment: "defconf: drop all not from LAN" },
    { chain: "forward", action: "fasttrack-connection", comment: "defconf: fasttrack" },
  ],
  "/ip/hotspot/user/profile": [
    { name: "default", "keepalive-timeout": "00:02:00", "add-mac-cookie": "yes", "mac-cookie-timeout": "3d" },
  ],
  "/radius": [{ service: "login", address: "192.168.88.9", comment: "the owner's" }],
  "/system/script": [{ name: "owner-script", source: "" }],
  "/user/aaa": [{ "use-radius": "no", accounting: "yes", "default-group": "read" }],
  "/user": [{ name: "admin", group: "full" }],
  "/user/group": [{ name: "full" }],
  "/file": [{ name: "flash", type: "disk" }],
};
