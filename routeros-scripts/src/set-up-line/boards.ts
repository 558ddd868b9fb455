/** What is known of boards and licences, for the judgement whether a router can sell and where its agent can run. */

/** Architectures that the agent's image exists for. A 32-bit ARM board has no image: Node has none. */
export const imageArchitectures: Readonly<Record<string, "arm64" | "amd64">> = {
  arm64: "arm64",
  x86_64: "amd64",
  x86: "amd64",
};

/** Boards with the processor EN7562CT run images of ARMv5 only, though they call themselves `arm` like boards with ARMv7. */
const armV5Boards = /\b(hEX refresh|E50UG|hEX S \(?2025\)?|E60iUGS|hAP ax S|E62iUGS)/i;

/** Why this architecture has no image, in one sentence for the installer. Null: it has one. */
export function whyNoImage({ architecture, board }: { architecture: string; board: string }): string | null {
  if (imageArchitectures[architecture] !== undefined) return null;
  if (armV5Boards.test(board)) return `${board} has the processor EN7562CT, which runs images of ARMv5 only`;
  if (architecture === "arm") return `${board} has a 32-bit processor; there is no image for it`;
  return `${board} (${architecture}) can't run containers`;
}

/**
 * How many guests may be online at once by the licence. Null: any number. CHR's levels have no such limit; its free one is slow instead.
 * @see RouterOS manual, Licensing: "HotSpot active users"
 */
export function guestsOnlineMax(licenceLevel: string): number | null {
  const level = licenceLevel.toLowerCase().replace(/^l/, "");
  return { "0": 1, "1": 1, "3": 1, "4": 200, "5": 500 }[level] ?? null;
}
