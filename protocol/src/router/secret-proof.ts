/**
 * How the router's fixed script and the agent prove to each other what they have, without sending it: SHA-512 in hex, which scripts can make.
 * For agent and scripts only: needs `node:crypto`.
 */
import { sha512Hex } from "../hash.ts";

/** The script of the router that changes its secrets; the agent starts it by this name. */
export const rotationScriptName = "karibu-rotate-secrets";
/** Where the script asks the agent. */
export const rotationPath = "/router-secrets";

export const askWords = "karibu asks for new secrets ";
export const hasWords = "karibu has new secrets ";

/** Who asks for the new secrets knows the present one. */
export const askProof = (radiusSecret: string): string => sha512Hex(`${askWords}${radiusSecret}`);

/** What the router reads back of itself: of `/radius`, and of the environment that its container gets at the next start. */
export const hasProof = (given: {
  readonly rotationId: string;
  readonly radiusSecret: string;
  readonly environment: { readonly radiusSecret: string; readonly apiPassword: string };
}): string =>
  sha512Hex(
    `${hasWords}${given.rotationId} ${given.radiusSecret} ${given.environment.radiusSecret} ${given.environment.apiPassword}`,
  );

/** The script of a further router, which has no agent of its own: it asks the hub by itself, again and again. */
export const furtherScriptName = "karibu-change-secret";
/** Of the hub, over https. */
export const furtherSecretPath = "/enrol/further-router";

/** What a further router reads back of its `/radius`. */
export const furtherHasProof = (radiusSecret: string): string => sha512Hex(`${hasWords}${radiusSecret}`);
