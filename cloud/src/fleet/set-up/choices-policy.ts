/** Which choices a router leaves to a person, what suits it best, and what is refused. Pure. */
import type { RefusalCode } from "@karibu/protocol/problems/problem-list";
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import type { FactJudgement, FactProblem } from "@karibu/routeros-scripts/set-up-line/judge-facts";
import { installersPorts, uplinkPorts } from "@karibu/routeros-scripts/set-up-line/values-for";

/** What the hub has for the agent of this router. */
export interface Offer {
  /** It has the image for this architecture. */
  readonly hasImage: boolean;
  /** It has a tunnel, and a host at its end. */
  readonly canHost: boolean;
  /** One more agent there is within the provider's quota. */
  readonly hasRoom: boolean;
}

/** Where the agent can run, the best place first. None: nothing can be chosen. What has no other place is told of the quota when it is chosen. */
export function placesOf(judgement: FactJudgement, { canHost, hasRoom }: Offer): SetUpChoices["place"][] {
  if (judgement.place === null) return [];
  if (judgement.place === "hosted") return canHost ? ["hosted"] : [];
  return hasRoom ? ["container", "hosted"] : ["container"];
}

/** What rules the router out. Null: it can be set up. */
export function ruledOut(judgement: FactJudgement, offer: Offer): FactProblem | null {
  const { problems, whyHosted } = judgement;
  const first = problems.find(({ rulesOut }) => rulesOut === "everything");
  if (first !== undefined) return first;
  if (placesOf(judgement, offer).length > 0) return null;
  return problems[0] ?? { problem: "no-host", detail: whyHosted ?? "", rulesOut: "everything" };
}

export interface PortFacts {
  readonly name: string;
  readonly type: string;
  readonly running: boolean;
  readonly bridge: string;
  readonly isInstallers: boolean;
  readonly isWireless: boolean;
  /** It leads to the internet: it stays as it is. */
  readonly isUplink: boolean;
}

/** What can become a port of the guests. */
export function portsOf(facts: RouterFacts): PortFacts[] {
  const uplinks = uplinkPorts(facts);
  const installers = installersPorts(facts);
  const { interfaces, wifi } = facts;
  const isPort = ({ name, type }: RouterFacts["interfaces"][number]) =>
    ["ether", "wlan", "wifi", "vlan", "bond"].includes(type) || wifi.some((one) => one.name === name);
  const bonded = (facts.carriers ?? []).filter(({ name }) =>
    interfaces.some((one) => one.name === name && one.type === "bond"),
  );
  const free = interfaces.filter((one) => isPort(one) && !bonded.some(({ port }) => port === one.name));
  return free.map(({ name, type, running, bridge }) => ({
    name,
    type,
    running,
    bridge,
    isInstallers: installers.has(name),
    isWireless: wifi.some((one) => one.name === name),
    isUplink: uplinks.includes(name),
  }));
}

/** What the form begins with: a template's choices as far as they fit this router, else what most people would choose. */
export function suggestChoices(
  facts: RouterFacts,
  judgement: FactJudgement,
  given: { readonly offer: Offer; readonly template: SetUpChoices | null },
): SetUpChoices {
  const { template } = given;
  const places = placesOf(judgement, given.offer);
  const place = template !== null && places.includes(template.place) ? template.place : (places[0] ?? "container");
  const disks = facts.disks.toSorted((one, other) => other.sizeBytes - one.sizeBytes);
  const free = portsOf(facts).filter((port) => !port.isUplink && !port.isInstallers);
  const asBefore = free.filter(({ name }) => template?.guestPorts.includes(name));
  // A network of the owner's own stays: a VLAN and its port, or a port with an address.
  const isOwners = (name: string) =>
    facts.addresses.some((address) => address.interface === name) ||
    (facts.carriers ?? []).some(({ port }) => port === name);
  const unused = free.filter(({ name, type }) => !["vlan", "bond"].includes(type) && !isOwners(name));
  const wireless = unused.filter(({ isWireless }) => isWireless);
  const ports = asBefore.length > 0 ? asBefore : wireless.length > 0 ? wireless : unused;
  const hotspot = facts.hotspots[0]?.name ?? null;
  return {
    place,
    disk:
      place === "hosted" || judgement.imagePlace.kind === "flash"
        ? null
        : ((disks.find(({ slot }) => slot === template?.disk) ?? disks[0])?.slot ?? null),
    formatDisk: false,
    guestPorts: hotspot === null ? ports.map(({ name }) => name) : [],
    moveInstallersPort: false,
    adoptHotspot: hotspot,
    ssid: template?.ssid ?? null,
    guestNetwork: "",
  };
}

export interface ChoiceRefusal {
  readonly code: RefusalCode;
  readonly field: keyof SetUpChoices;
}

/** What the agent's disk must have: containers keep owners and links of files there. */
const agentsFileSystem = "ext4";

/** The first refusal. Networks, and what the scripts need beyond this, are examined where their values are made. */
export function refuseChoices(
  facts: RouterFacts,
  judgement: FactJudgement,
  given: { readonly choices: SetUpChoices; readonly offer: Offer },
): ChoiceRefusal | null {
  const { choices, offer } = given;
  const { place } = choices;
  if (!placesOf(judgement, offer).includes(place)) return { code: "place-not-possible", field: "place" };
  return place === "container"
    ? (refuseDisk(facts, judgement, { choices, offer }) ?? refusePorts(facts, choices))
    : refusePorts(facts, choices);
}

function refuseDisk(
  { disks }: RouterFacts,
  { imagePlace }: FactJudgement,
  { choices, offer }: { readonly choices: SetUpChoices; readonly offer: Offer },
): ChoiceRefusal | null {
  if (!offer.hasImage) return { code: "no-image", field: "place" };
  if (imagePlace.kind === "flash") return choices.disk === null ? null : notThere("disk");
  const disk = disks.find(({ slot }) => slot === choices.disk);
  if (disk === undefined) return notThere("disk");
  if (disk.fileSystem === agentsFileSystem || choices.formatDisk) return null;
  return { code: "format-needed", field: "formatDisk" };
}

function refusePorts(facts: RouterFacts, choices: SetUpChoices): ChoiceRefusal | null {
  const { adoptHotspot, guestPorts, moveInstallersPort } = choices;
  if (adoptHotspot !== null && !facts.hotspots.some(({ name }) => name === adoptHotspot))
    return notThere("adoptHotspot");
  if (adoptHotspot !== null && guestPorts.length > 0) return { code: "ports-of-hotspot", field: "guestPorts" };
  const ports = portsOf(facts);
  for (const name of guestPorts) {
    const port = ports.find((one) => one.name === name);
    if (port === undefined) return notThere("guestPorts");
    if (port.isUplink) return { code: "uplink-port", field: "guestPorts" };
    if (port.isInstallers && !moveInstallersPort) return { code: "own-port", field: "moveInstallersPort" };
  }
  return null;
}

/** A part of what runs beside the hotspot that names an interface which the router lacks. Null: none does. Our own are made by the set-up. */
export function missingInterface(
  { interfaces }: RouterFacts,
  { pppoe, fairUplink }: RouterServices,
): { readonly field: string; readonly name: string } | null {
  const known = new Set(interfaces.map(({ name }) => name));
  const named = [
    ...(pppoe?.interfaces ?? []).map((name) => ({ field: "pppoe.interfaces", name })),
    ...(fairUplink === null ? [] : [{ field: "fairUplink.uplink", name: fairUplink.uplink }]),
  ];
  return named.find(({ name }) => !known.has(name) && !name.startsWith("karibu-")) ?? null;
}

const notThere = (field: keyof SetUpChoices): ChoiceRefusal => ({ code: "not-at-this-router", field });
