/** A router that plays its part of a set-up over HTTP, and a folder with an image for it. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDockerArchive } from "@karibu/container/image/docker-archive";
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import { realWorld } from "../../ground/db/test-databases.ts";
import type { Answer, TestHub } from "../../test-hub.ts";
import { createImageShelf, type ImageShelf } from "../registry/image-shelf.ts";

/** An RB5009 with a stick, whose installer works through ether2. */
export const boardFacts: RouterFacts = {
  serial: "HF10903N1QK",
  identity: "Market",
  version: "7.22.1 (stable)",
  architecture: "arm64",
  board: "RB5009UG+S+",
  totalMemoryBytes: 1_073_741_824,
  freeDiskBytes: 900_000_000,
  licenceLevel: "5",
  wireguardPublicKey: keyOf(1),
  deviceMode: { mode: "advanced", container: true, hotspot: true, scheduler: true, fetch: true, flagged: false },
  packages: [
    { name: "routeros", version: "7.22.1", disabled: false },
    { name: "container", version: "7.22.1", disabled: false },
  ],
  disks: [{ slot: "usb1", sizeBytes: 16_000_000_000, freeBytes: 15_000_000_000, fileSystem: "ext4" }],
  interfaces: [
    { name: "ether1", type: "ether", running: true, bridge: "", isInstallers: false },
    { name: "ether2", type: "ether", running: true, bridge: "bridge", isInstallers: true },
    { name: "ether3", type: "ether", running: false, bridge: "bridge", isInstallers: false },
    { name: "bridge", type: "bridge", running: true, bridge: "", isInstallers: false },
  ],
  wifi: [],
  hotspots: [],
  addresses: [
    { address: "192.168.88.1/24", interface: "bridge" },
    { address: "100.64.7.2/24", interface: "ether1" },
  ],
  routes: [{ network: "0.0.0.0/0", gateway: "100.64.7.1" }],
  dnsServers: ["100.64.7.1"],
  clock: { date: "2026-11-22", time: "11:00:00", offset: "+03:00", isSynchronised: true },
};

/** A small one without USB, of another architecture. */
export const smallFacts: RouterFacts = {
  ...boardFacts,
  serial: "D2E30C4F1A77",
  architecture: "mipsbe",
  board: "hAP lite",
  totalMemoryBytes: 33_554_432,
  packages: [{ name: "routeros", version: "7.22.1", disabled: false }],
  disks: [],
  licenceLevel: "4",
  wireguardPublicKey: keyOf(2),
};

export const choicesFor = {
  place: "container",
  disk: "usb1",
  formatDisk: false,
  guestPorts: ["ether3"],
  moveInstallersPort: false,
  adoptHotspot: null,
  ssid: null,
  guestNetwork: "",
} as const;

/** A WireGuard public key. */
export function keyOf(number: number): string {
  return Buffer.alloc(32, number).toString("base64");
}

/** The token in a pasted line. */
const tokenIn = (line: string): string => /token=\\*"([\w-]{22})\\*"/.exec(line)?.[1] ?? "";

export interface PlayedRouter {
  readonly facts: RouterFacts;
  /** The line's token, until the router has a key of its own. */
  bearer: string;
  tell(more?: Partial<RouterFacts>): Promise<Answer>;
  report(report: object): Promise<Answer>;
  fetch(path: string, headers?: Record<string, string>): Promise<Answer>;
}

/** What the router does with the line: stage one without its terminal. */
export function playRouter(hub: TestHub, line: string, facts: RouterFacts = boardFacts): PlayedRouter {
  const headers = () => ({ Authorization: `Bearer ${router.bearer}` });
  const router: PlayedRouter = {
    facts,
    bearer: tokenIn(line),
    async tell(more = {}) {
      const answer = await hub.call("POST", "/enrol/facts", { headers: headers(), body: { ...facts, ...more } });
      if (answer.body?.resumeKey !== undefined) router.bearer = answer.body.resumeKey;
      return answer;
    },
    report: (report) => hub.call("POST", "/enrol/progress", { headers: headers(), body: report }),
    fetch: (path, more = {}) => hub.call("GET", path, { headers: { ...headers(), ...more } }),
  };
  return router;
}

/** A folder with an image for arm64. `bytes`: how much is in it, about. */
export function imagesForTests(bytes = 200_000): { readonly folder: string; readonly shelf: () => ImageShelf } {
  const folder = join(mkdtempSync(join(tmpdir(), "karibu-images-")), "images");
  mkdirSync(folder);
  const file = (name: string, content: Uint8Array) => ({ name, content, mode: 0o755 });
  const archive = buildDockerArchive(
    [file("bin/node", Buffer.alloc(bytes, 7)), file("karibu/launcher.cjs", Buffer.from("1"))],
    {
      architecture: "arm64",
      entrypoint: ["/bin/node", "/karibu/launcher.cjs"],
      environment: { KARIBU_DATA: "/data" },
      exposedPorts: ["80/tcp"],
      healthCheck: { command: ["/bin/node"], everySeconds: 60 },
      volume: "/data",
      labels: {},
      name: "karibu-agent:0.1.0-arm64",
    },
  );
  writeFileSync(join(folder, "arm64.tar"), archive);
  return { folder, shelf: () => createImageShelf(folder, realWorld()) };
}
