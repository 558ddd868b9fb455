/**
 * How often a letter with a link to a new password may be asked for. Anybody may ask for any address, so what strangers ask must not close
 * the way for its owner: each network has its own tries at an address, and a browser in which its owner logged in before has tries that nobody
 * else can use up. All together are bounded, for the sake of the mailbox. The answer is the same whether anybody has the address or not.
 *
 * Attackers: who would close the way (one network: three tries an hour, and the owner's others are left; many networks: the owner's own browser is
 * left, whose letters of the day are counted by themselves), who would fill the mailbox (twelve letters an hour, and the owner's), who would learn who has an account (nothing is looked up without a
 * cookie that only a log-in gives; one that is made up looks up nobody's and counts as a stranger).
 */
import type { Clock } from "@karibu/protocol/world";
import { networkOf } from "../../ground/http/peer-address.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";

const hour = 3600;

export interface ResetAsker {
  readonly email: string;
  readonly remoteAddress: string;
  /** Hash of the cookie that the browser showed for this address; null: none. */
  readonly device: string | null;
}

/** @param isKnown did the owner of the address log in on this device? */
export function createResetLimits(clock: Clock, isKnown: (email: string, device: string) => Promise<boolean>) {
  const perNetwork = createRateLimit(clock, { tries: 20, perSeconds: hour });
  const perNetworkAndEmail = createRateLimit(clock, { tries: 3, perSeconds: hour });
  const perEmail = createRateLimit(clock, { tries: 12, perSeconds: hour });
  const perDevice = createRateLimit(clock, { tries: 5, perSeconds: hour });
  const looksPerNetwork = createRateLimit(clock, { tries: 120, perSeconds: hour });

  return {
    /** Throws a Problem 429. @returns by whom it is asked */
    async take({ email, remoteAddress, device }: ResetAsker): Promise<"known-browser" | "anybody"> {
      const network = networkOf(remoteAddress);
      if (device !== null) {
        looksPerNetwork.take(network);
        if (await isKnown(email, device)) {
          perDevice.take(`${device} ${email}`);
          return "known-browser";
        }
      }
      perNetwork.take(network);
      perNetworkAndEmail.take(`${network} ${email}`);
      perEmail.take(email);
      return "anybody";
    },
  };
}
