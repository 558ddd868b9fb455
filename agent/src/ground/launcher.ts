/** The program that started this agent, where it can start another release: the launcher of the router's image. */
import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";

export interface Launcher {
  /** The running release, as the launcher names it. */
  readonly runningId: string;
  readonly runningVersion: string;
  readonly image: { readonly id: string; readonly agentVersion: string; readonly imageVersion: string };
  /** Releases that come before the running one. The disk had no room for them when the launcher chose. */
  readonly passedOver: readonly string[];
  /** Bundles must be signed with one of these keys. */
  readonly keys: readonly ReleaseKey[];
  /** Asks the launcher to look for bundles. A better bundle then replaces this process. */
  reload(): void;
}
