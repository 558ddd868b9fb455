/** The certificate and keys of RADIUS over TLS: from PEM in the settings, or from files. */
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { World } from "@karibu/protocol/world";
import type { RadiusStreams } from "../ground/radius-streams.ts";
import { createRadsecListener } from "../radius/radsec/radsec-listener.ts";
import type { RadsecFiles } from "./settings.ts";

/** A problem names the setting, and never repeats a key. */
export async function readRadsec(
  world: World,
  { port, ...files }: RadsecFiles,
): Promise<{ readonly streams: RadiusStreams } | { readonly problem: string }> {
  const read = async (name: string, given: string) => {
    if (given.startsWith("-----BEGIN ")) return given;
    try {
      return await readFile(given, "utf8");
    } catch (error) {
      throw new Error(`${name} can't be read: ${(error as Error).message}`);
    }
  };
  try {
    const certificate = await read("KARIBU_RADSEC_CERTIFICATE", files.certificate);
    const key = await read("KARIBU_RADSEC_KEY", files.key);
    const ca = files.ca === null ? null : await read("KARIBU_RADSEC_CA", files.ca);
    check("KARIBU_RADSEC_CERTIFICATE and KARIBU_RADSEC_KEY", { cert: certificate, key });
    // A text without a certificate would be taken for no CA at all.
    if (ca !== null && !ca.includes("-----BEGIN CERTIFICATE-----"))
      throw new Error("KARIBU_RADSEC_CA holds no certificate");
    if (ca !== null) check("KARIBU_RADSEC_CA", { ca });
    return { streams: createRadsecListener(world, { port, certificate, key, ca }) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function check(names: string, options: Parameters<typeof createSecureContext>[0]): void {
  try {
    createSecureContext(options);
  } catch (error) {
    throw new Error(`${names} can't be used: ${(error as NodeJS.ErrnoException).code ?? "no PEM"}`);
  }
}
