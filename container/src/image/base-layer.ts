/** Node and its libraries: the part of an image that an agent's release does not change. */
import type { Architecture } from "./architectures.ts";
import { type DebianPackage, fetchLibraries } from "./fetch-libraries.ts";
import { type FetchedNode, fetchNode } from "./fetch-node.ts";
import type { LockedPackages } from "./locked-packages.ts";
import { folderEntry, type TarEntry } from "./tar.ts";

export interface BaseLayer {
  readonly files: readonly TarEntry[];
  readonly node: Pick<FetchedNode, "version" | "without">;
  readonly debian: readonly DebianPackage[];
}

const sources = `Sources of the libraries in /lib: Debian's snapshot archive holds the source packages glibc and gcc-12 in the
versions that this image's list of parts (SBOM) names. Node: https://github.com/nodejs/node.
`;

export async function buildBaseLayer(
  architecture: Architecture,
  options: {
    lockedPackages: LockedPackages;
    cache: string;
    mirror: string;
    progress: (line: string) => void;
    /** Node with all that is cut out otherwise. */
    isWhole: boolean;
  },
): Promise<BaseLayer> {
  const node = await fetchNode(architecture, options);
  const libraries = await fetchLibraries(architecture, options);
  const text = (name: string, content: string): TarEntry => ({ name, content: Buffer.from(content), mode: 0o644 });
  return {
    files: [
      { name: "bin/node", content: node.program, mode: 0o755 },
      { name: "licenses/node", content: node.licence, mode: 0o644 },
      ...libraries.files,
      text("licenses/sources", sources),
      text("etc/passwd", "root:x:0:0:root:/data:/nonexistent\n"),
      text("etc/group", "root:x:0:\n"),
      text("etc/nsswitch.conf", "hosts: files dns\n"),
      // Places where the router mounts something.
      ...["data/", "dev/", "proc/", "sys/"].map(folderEntry),
    ],
    node,
    debian: libraries.packages,
  };
}
