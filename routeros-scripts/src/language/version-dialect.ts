/**
 * What differs between RouterOS versions, as one table. Each row was checked against the command tree of the release named
 * in `checked`; a patch release of the same minor version speaks alike. Older patch releases are refused: their trees were
 * not looked at, and 7.19.1 and older pass a hostile `dst` on to the browser (CVE-2025-6563).
 */
export interface Dialect {
  /** The release whose command tree was checked. */
  readonly checked: string;
  /** `7.22`. */
  readonly minor: string;
  /** The argument of an environment item that names its list, and the container's argument that names the list. */
  readonly envItemList: "name" | "list";
  readonly envLists: "envlist" | "envlists";
  /** The same for mounts. */
  readonly mountItemList: "name" | "list";
  readonly mountLists: "mounts" | "mountlists";
  /** 7.18 has no names of containers: its comment tells it. */
  readonly containerName: boolean;
  /** Memory can be bounded per container (else only for all of them, in `/container/config`). */
  readonly memoryPerContainer: boolean;
  /** How a container is started again after it ended: by a scheduler alone, or by RouterOS too. */
  readonly restart: "scheduler" | "auto-restart-interval" | "restart-policy";
  /** The image's own health command is run and an unhealthy container ended (else netwatch asks over HTTP). */
  readonly healthChecks: boolean;
  readonly formatDisk: string;
}

const oldContainer = {
  envItemList: "name",
  envLists: "envlist",
  mountItemList: "name",
  mountLists: "mounts",
  containerName: true,
  memoryPerContainer: false,
  restart: "scheduler",
  healthChecks: false,
  formatDisk: "/disk/format",
} as const;
const from720 = {
  ...oldContainer,
  envItemList: "list",
  envLists: "envlists",
  memoryPerContainer: true,
  restart: "auto-restart-interval",
} as const;
const from721 = { ...from720, mountItemList: "list", mountLists: "mountlists" } as const;
const from723 = { ...from721, restart: "restart-policy", healthChecks: true } as const;

export const dialects: readonly Dialect[] = [
  { checked: "7.18.2", minor: "7.18", ...oldContainer, containerName: false, formatDisk: "/disk/format-drive" },
  { checked: "7.19.6", minor: "7.19", ...oldContainer },
  { checked: "7.20.8", minor: "7.20", ...from720 },
  { checked: "7.21.1", minor: "7.21", ...from721 },
  { checked: "7.22", minor: "7.22", ...from721 },
  { checked: "7.23.3", minor: "7.23", ...from723 },
  { checked: "7.24", minor: "7.24", ...from723 },
];

export const checkedVersions: readonly string[] = dialects.map(({ checked }) => checked);

/** The dialect of `7.22` or `7.24.2`; or why there is none, for people. */
export function dialectOf(version: string): { readonly dialect: Dialect } | { readonly problem: string } {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(version);
  const dialect = parts && dialects.find(({ minor }) => minor === `${parts[1]}.${parts[2]}`);
  if (!dialect) {
    return { problem: `version: RouterOS "${version}" is not supported; supported: ${checkedVersions.join(", ")}` };
  }
  const checkedPatch = Number(dialect.checked.split(".")[2] ?? 0);
  if (Number(parts[3] ?? 0) < checkedPatch) {
    return { problem: `version: RouterOS ${version} is too old; update it to ${dialect.checked} or newer` };
  }
  return { dialect };
}
