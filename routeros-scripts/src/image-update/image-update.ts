/** One image update of one router: what the scripts are rendered from. */
import { installerKeyOf } from "@karibu/protocol/installer-key";
import type { VersionDialect } from "../language/version-dialect.ts";
import { type ContainerValues, portalUrl } from "../values/agent-endpoint.ts";
import { storageOf } from "../values/agent-storage.ts";
import type { ImageRelease } from "../values/image-release.ts";
import type { ScriptValues } from "../values/script-values.ts";

export interface ImageUpdate {
  readonly values: ScriptValues;
  readonly container: ContainerValues;
  readonly image: ImageRelease;
  readonly dialect: VersionDialect;
}

/** The router fetches the archive into the data mount: the agent sees it as `/data/image-update.tar`, packed as `….tar.gz`. */
export function archiveFile({ container }: ImageUpdate): string {
  return `${storageOf(container).data}/image-update.tar${container.disk === null ? ".gz" : ""}`;
}

/** The root folder of the new container. The digest in its name keeps it apart from the one in use. */
export function rootFolder({ container, image }: ImageUpdate): string {
  return `${storageOf(container).root}-${shortDigest(image)}`;
}

export function shortDigest({ sha256 }: ImageRelease): string {
  return sha256.slice(0, 8);
}

/** The agent's page that says whether its image passed its health checks, or, with `&sha256=`, whether the archive is right. */
export function agentQuestionUrl({ values }: ImageUpdate): string {
  return `${portalUrl(values)}/image-update?key=${installerKeyOf(values.radius.secret)}`;
}
