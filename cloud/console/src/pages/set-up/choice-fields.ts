/** The form of choices, from what the router told of itself; and back from its values. Pure. All names are the router's: hostile text. */
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import type { Field, Values } from "../../components/action-form.ts";
import type { SetUp } from "../../data/fleet/set-up.ts";
import { byteSize } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const portField = (name: string) => `port:${name}`;

export function choiceFields({ router, places, choices, isOnFlash }: SetUp): Field[] {
  if (router === null || choices === null) return [];
  const ports = router.ports.filter(({ isUplink }) => !isUplink);
  const hasDisk = places.includes("container") && !isOnFlash;
  return [
    ...(places.length > 1 ? [placeField(places, choices.place)] : []),
    ...(hasDisk ? diskFields(router.disks, choices) : []),
    ...(router.hotspots.length > 0 ? [hotspotField(router.hotspots, choices.adoptHotspot)] : []),
    ...ports.map(({ name, isInstallers, running }) => ({
      name: portField(name),
      label: say(isInstallers ? "guestPortYours" : running ? "guestPortCable" : "guestPort", { name }),
      type: "checkbox" as const,
      value: choices.guestPorts.includes(name),
    })),
    ...(ports.some(({ isInstallers }) => isInstallers)
      ? [
          {
            name: "moveInstallersPort",
            label: say("moveInstallersPort"),
            type: "checkbox" as const,
            value: choices.moveInstallersPort,
          },
        ]
      : []),
    ...(ports.some(({ isWireless }) => isWireless)
      ? [{ name: "ssid", label: say("chooseSsid"), hint: say("chooseSsidHint"), value: choices.ssid }]
      : []),
    {
      name: "guestNetwork",
      label: say("guestNetwork"),
      hint: say("guestNetworkHint"),
      value: choices.guestNetwork === "" ? null : choices.guestNetwork,
    },
  ];
}

const placeField = (places: SetUp["places"], value: string): Field => ({
  name: "place",
  label: say("choosePlace"),
  type: "select",
  options: places.map((place) => ({ value: place, label: word("place", place) })),
  value,
});

function diskFields(disks: NonNullable<SetUp["router"]>["disks"], choices: SetUpChoices): Field[] {
  return [
    {
      name: "disk",
      label: say("chooseDisk"),
      type: "select",
      options: disks.map(({ slot, sizeBytes, fileSystem }) => ({
        value: slot,
        label: [slot, byteSize(sizeBytes), fileSystem].filter((part) => part !== "").join(" · "),
      })),
      value: choices.disk,
    },
    ...(disks.some(({ fileSystem }) => fileSystem !== "ext4")
      ? [{ name: "formatDisk", label: say("formatDisk"), type: "checkbox" as const, value: choices.formatDisk }]
      : []),
  ];
}

const hotspotField = (hotspots: NonNullable<SetUp["router"]>["hotspots"], value: string | null): Field => ({
  name: "adoptHotspot",
  label: say("adoptHotspot"),
  type: "select",
  options: [
    ...hotspots.map(({ name, interface: port, withIt }) => ({
      value: name,
      label:
        withIt.length === 0
          ? say("adoptThis", { name, port })
          : say("adoptTogether", { name, port, others: withIt.join(", ") }),
    })),
    { value: "", label: say("adoptNone") },
  ],
  value: value ?? "",
});

/** Ports that are ticked beside a hotspot that stays go along: the hub says that both at once is not possible, and nothing is dropped unsaid. */
export function choicesOf({ router, places, choices }: SetUp, values: Values): SetUpChoices {
  const place = (values.place ?? choices?.place ?? places[0] ?? "container") as SetUpChoices["place"];
  const adoptHotspot = textOf(values.adoptHotspot);
  const ports = router?.ports.map(({ name }) => name) ?? [];
  return {
    place,
    disk: place === "hosted" ? null : textOf(values.disk),
    formatDisk: place === "container" && values.formatDisk === true,
    guestPorts: ports.filter((name) => values[portField(name)] === true),
    moveInstallersPort: values.moveInstallersPort === true,
    adoptHotspot,
    ssid: textOf(values.ssid),
    guestNetwork: textOf(values.guestNetwork) ?? "",
  };
}

const textOf = (value: Values[string] | undefined): string | null =>
  typeof value === "string" && value !== "" ? value : null;
