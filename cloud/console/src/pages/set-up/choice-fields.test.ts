import { expect, test } from "vitest";
import type { SetUp } from "../../data/fleet/set-up.ts";
import { choiceFields, choicesOf } from "./choice-fields.ts";

const hostile = '<img src=x onerror=alert(1)>"';
const port = { running: false, bridge: "", isWireless: false, isInstallers: false, isUplink: false };
const setUp = {
  places: ["container", "hosted"],
  router: {
    disks: [{ slot: "usb1", sizeBytes: 16e9, fileSystem: "fat32" }],
    ports: [
      { ...port, name: "ether1", isUplink: true },
      { ...port, name: "ether2", isInstallers: true },
      { ...port, name: hostile },
    ],
    hotspots: [{ name: "hs1", interface: "bridge", network: "", withIt: [] }],
  },
  choices: {
    place: "container",
    disk: "usb1",
    formatDisk: false,
    guestPorts: [hostile],
    moveInstallersPort: false,
    adoptHotspot: "hs1",
    ssid: null,
    guestNetwork: "",
  },
} as unknown as SetUp;

test("[RTR-14] the form offers the router's own ports but its uplink, and asks for a yes about the port one works through", () => {
  const fields = choiceFields(setUp);
  expect(fields.map(({ name }) => name)).toEqual([
    ...["place", "disk", "formatDisk", "adoptHotspot", "port:ether2", `port:${hostile}`],
    ...["moveInstallersPort", "guestNetwork"],
  ]);
  const router = { ...setUp.router, disks: [{ slot: "usb1", sizeBytes: 16e9, fileSystem: "ext4" }] };
  const ofFormatted = choiceFields({ ...setUp, router } as SetUp);
  expect(ofFormatted.map(({ name }) => name)).not.toContain("formatDisk");
  expect(fields.find(({ name }) => name === `port:${hostile}`)?.value).toBe(true);
});

test("[BEY-35] a router that keeps the image on its own flash has no disk to choose", () => {
  const bare = { ...setUp, isOnFlash: true, router: { ...setUp.router, disks: [] } } as unknown as SetUp;
  expect(choiceFields(bare).map(({ name }) => name)).not.toContain("disk");
  expect(choicesOf(bare, { place: "container" })).toMatchObject({ place: "container", disk: null, formatDisk: false });
});

test("[RTR-14] ports that are ticked beside a hotspot that stays are sent, for the hub to refuse; a hosted site has no disk", () => {
  const values = { place: "container", disk: "usb1", formatDisk: true, [`port:${hostile}`]: true, adoptHotspot: "hs1" };
  expect(choicesOf(setUp, values)).toMatchObject({
    adoptHotspot: "hs1",
    guestPorts: [hostile],
    disk: "usb1",
    formatDisk: true,
  });
  expect(choicesOf(setUp, { ...values, adoptHotspot: "" })).toMatchObject({
    adoptHotspot: null,
    guestPorts: [hostile],
  });
  expect(choicesOf(setUp, { ...values, place: "hosted" })).toMatchObject({ disk: null, formatDisk: false });
});
