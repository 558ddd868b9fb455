/**
 * Programs of the operating system that some tests drive: real browsers, databases, RADIUS clients. The test command
 * installs them where it may; a test that needs one asks `hasTool` and is skipped, by name, where it is missing.
 */
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Tool {
  readonly name: string;
  /** Debian's package. */
  readonly debianPackage: string;
  /** What can't be tested without it. */
  readonly neededFor: string;
  /** A program that does the same with more work: taken where `name` is not there. */
  readonly instead?: string;
}

export const tools = {
  // The same engine without a desktop's windows: a page takes half as much of the processor.
  chromium: {
    name: "chromium-headless-shell",
    debianPackage: "chromium-headless-shell",
    neededFor: "the portal and the console in a real browser",
    instead: "chromium",
  },
  desktopChromium: {
    name: "chromium",
    debianPackage: "chromium",
    neededFor: "notifications, which the engine without windows refuses",
  },
  radclient: { name: "radclient", debianPackage: "freeradius-utils", neededFor: "RADIUS from an independent client" },
  freeradius: {
    name: "freeradius",
    debianPackage: "freeradius",
    neededFor: "the hub's and the agent's RADIUS against another server",
  },
  eapolTest: { name: "eapol_test", debianPackage: "eapoltest", neededFor: "MS-CHAPv2 of an independent client" },
  radsecproxy: {
    name: "radsecproxy",
    debianPackage: "radsecproxy",
    neededFor: "RADIUS over TLS from an independent client",
  },
  openssl: { name: "openssl", debianPackage: "openssl", neededFor: "certificates of RADIUS clients over TLS" },
  postgres: { name: "postgres", debianPackage: "postgresql", neededFor: "the hub on a PostgreSQL server" },
  wireguard: { name: "wireguard-go", debianPackage: "wireguard-go", neededFor: "agent and hub through WireGuard" },
  wg: { name: "wg", debianPackage: "wireguard-tools", neededFor: "agent and hub through WireGuard" },
  ip: { name: "ip", debianPackage: "iproute2", neededFor: "network namespaces" },
  nft: { name: "nft", debianPackage: "nftables", neededFor: "what the tunnel forwards" },
  minisign: {
    name: "minisign",
    debianPackage: "minisign",
    neededFor: "signatures of images by an independent verifier",
  },
  skopeo: { name: "skopeo", debianPackage: "skopeo", neededFor: "the router's image as others read it" },
  umoci: { name: "umoci", debianPackage: "umoci", neededFor: "the router's image as others unpack it" },
  qemuArm64: {
    name: "qemu-aarch64-static",
    debianPackage: "qemu-user-static",
    neededFor: "the arm64 image on another processor",
  },
  caddy: { name: "caddy", debianPackage: "caddy", neededFor: "certificates of providers' own domains" },
  pebble: { name: "pebble", debianPackage: "pebble", neededFor: "certificates of providers' own domains" },
  promtool: { name: "promtool", debianPackage: "prometheus", neededFor: "alert rules as Prometheus reads them" },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

/** Full path of a tool's program, or null. PostgreSQL's server is not on PATH in Debian. */
export function findTool(name: ToolName): string | null {
  const tool: Tool = tools[name];
  return findProgram(tool.name) ?? (tool.instead === undefined ? null : findProgram(tool.instead));
}

export function findProgram(program: string): string | null {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  if (program === tools.postgres.name) folders.push(...postgresFolders());
  for (const folder of folders) {
    const path = join(folder, program);
    if (isExecutable(path)) return path;
  }
  return null;
}

export function hasTool(name: ToolName): boolean {
  return findTool(name) !== null;
}

function postgresFolders(): string[] {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, "bin"));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
