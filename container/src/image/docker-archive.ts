/**
 * An image as one file that RouterOS' `/container/add file=` takes: the classic docker-archive, with one uncompressed layer.
 * OCI layouts, compressed layers and several platforms in one file are refused by it, as others have found out.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { packTar, type TarEntry, writeTar } from "./tar.ts";

export interface ImageConfig {
  readonly architecture: string;
  readonly entrypoint: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly healthCheck: { readonly command: readonly string[]; readonly everySeconds: number };
  readonly volume: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `karibu-agent:0.1.0-arm64`. */
  readonly name: string;
}

/** The same files and settings give the same octets. */
export function buildDockerArchive(files: Iterable<TarEntry>, settings: ImageConfig): Buffer {
  const layer = writeTar(files);
  const config = Buffer.from(JSON.stringify(imageConfig(settings, [`sha256:${sha256Hex(layer)}`])));
  const configName = `${sha256Hex(config)}.json`;
  const layerId = sha256Hex(Buffer.from(`${sha256Hex(layer)} ${settings.architecture}`));
  const [repository, tag] = settings.name.split(":") as [string, string];
  const manifest = [{ Config: configName, RepoTags: [settings.name], Layers: [`${layerId}/layer.tar`] }];
  const json = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);
  const file = (name: string, content: Uint8Array): TarEntry => ({ name, content, mode: 0o644 });
  return packTar([
    file("manifest.json", json(manifest)),
    file(configName, config),
    file("repositories", json({ [repository]: { [tag]: layerId } })),
    { name: `${layerId}/`, content: new Uint8Array(0), mode: 0o755 },
    file(`${layerId}/VERSION`, Buffer.from("1.0")),
    file(`${layerId}/json`, json({ id: layerId, created: epoch, os: "linux", architecture: settings.architecture })),
    file(`${layerId}/layer.tar`, layer),
  ]);
}

const epoch = "1970-01-01T00:00:00Z";
const nanosecondsPerSecond = 1_000_000_000;

function imageConfig(settings: ImageConfig, diffIds: readonly string[]): object {
  const { healthCheck } = settings;
  return {
    architecture: settings.architecture,
    os: "linux",
    created: epoch,
    config: {
      Env: Object.entries(settings.environment).map(([name, value]) => `${name}=${value}`),
      Entrypoint: settings.entrypoint,
      WorkingDir: settings.volume,
      ExposedPorts: Object.fromEntries(settings.exposedPorts.map((port) => [port, {}])),
      Volumes: { [settings.volume]: {} },
      StopSignal: "SIGTERM",
      Healthcheck: {
        Test: ["CMD", ...healthCheck.command],
        Interval: healthCheck.everySeconds * nanosecondsPerSecond,
        Timeout: 10 * nanosecondsPerSecond,
        StartPeriod: 120 * nanosecondsPerSecond,
        Retries: 3,
      },
      Labels: settings.labels,
    },
    rootfs: { type: "layers", diff_ids: diffIds },
    history: diffIds.map(() => ({ created: epoch, created_by: "karibu" })),
  };
}
