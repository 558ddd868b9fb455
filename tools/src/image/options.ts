/** The options of `npm run image`. */
export type ImageOptions =
  | {
      readonly kind: "image";
      readonly architecture: "arm64" | "amd64" | "arm";
      readonly out: string;
      readonly key: string | null;
      readonly isWhole: boolean;
    }
  /** The image's files in a folder, for a Dockerfile. */
  | {
      readonly kind: "files";
      readonly architecture: "arm64" | "amd64" | "arm";
      readonly folder: string;
      readonly key: string | null;
      readonly isWhole: boolean;
    }
  | { readonly kind: "bundle"; readonly out: string; readonly key: string | null; readonly minimalImage: string | null }
  | { readonly kind: "renew-libraries" };

export const usage = `npm run image -- --arch arm64|amd64 --out FILE     the RouterOS image: FILE (.tar, or .tar.gz), FILE.minisig, FILE.parts.json
npm run image -- --arch arm64|amd64 --files DIR    the image's files, for a Dockerfile
npm run image -- --bundle --out FILE               an update for sites, signed
npm run image -- --renew-libraries                 newest Debian libraries into container/debian.lock.json
  --key FILE             secret key for signatures (PEM, Ed25519); made when absent
  --whole-node           Node with all that was cut out, 36 MB larger: for a router that does not start the smaller file
  --minimal-image V      with --bundle: older images refuse it
  --debian-mirror URL    without /debian at its end; default: where this machine gets its own packages
`;

const valued = ["--arch", "--out", "--files", "--key", "--minimal-image", "--debian-mirror"] as const;
const plain = ["--bundle", "--renew-libraries", "--whole-node"] as const;
const archs = ["arm64", "amd64", "arm"] as const;

/** The options, or a sentence that names the error. */
export function readImageOptions(args: readonly string[]): { options: ImageOptions; mirror: string | null } | string {
  const values = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const [name, inline] = split(args[at] as string);
    if ((plain as readonly string[]).includes(name)) values.set(name, "");
    else if ((valued as readonly string[]).includes(name)) {
      const value = inline ?? args[++at];
      if (value === undefined || value === "" || value.startsWith("--")) return `${name} needs a value`;
      values.set(name, value);
    } else return `${name} is not an option`;
  }
  const mirror = values.get("--debian-mirror") ?? null;
  if (mirror !== null && !/^https?:\/\/[^\s"]+$/.test(mirror))
    return `--debian-mirror must be an http address, not "${mirror}"`;
  const options = choose(values);
  return typeof options === "string" ? options : { options, mirror };
}

function choose(values: ReadonlyMap<string, string>): ImageOptions | string {
  if (values.has("--renew-libraries")) return { kind: "renew-libraries" };
  const key = values.get("--key") ?? null;
  const out = values.get("--out");
  if (values.has("--bundle")) {
    if (out === undefined) return "--out is missing: where to write the bundle";
    const minimalImage = values.get("--minimal-image") ?? null;
    if (minimalImage !== null && !/^\d+\.\d+\.\d+/.test(minimalImage)) return "--minimal-image must be like 0.1.0";
    return { kind: "bundle", out, key, minimalImage };
  }
  const architecture = archs.find((arch) => arch === values.get("--arch"));
  if (architecture === undefined) return `--arch must be arm64 or amd64, not "${values.get("--arch") ?? ""}"`;
  const folder = values.get("--files");
  const isWhole = values.has("--whole-node");
  if (folder !== undefined) return { kind: "files", architecture, folder, key, isWhole };
  if (out === undefined) return "--out is missing: where to write the image";
  return { kind: "image", architecture, out, key, isWhole };
}

function split(arg: string): [string, string | null] {
  const at = arg.indexOf("=");
  return arg.startsWith("--") && at > 0 ? [arg.slice(0, at), arg.slice(at + 1)] : [arg, null];
}
