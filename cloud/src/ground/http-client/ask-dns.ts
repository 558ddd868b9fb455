/** Questions to the name servers, with a bound on time. The lab and tests hand in their own. */
import { Resolver } from "node:dns/promises";

export interface AskDns {
  /** The texts of the TXT records; none: there are none. Rejects when nobody answered. */
  txt(name: string): Promise<readonly string[]>;
  /** IPv4 and IPv6 addresses; none: the name has none. Rejects when nobody answered. */
  addresses(name: string): Promise<readonly string[]>;
}

const tryMs = 3000;
/** Who writes more of them, or longer ones, has written them for us. */
const textsMax = 50;
const textLettersMax = 500;

export function systemDns(): AskDns {
  const ask = async <Found>(question: (resolver: Resolver) => Promise<Found[]>): Promise<Found[]> => {
    try {
      return await question(new Resolver({ timeout: tryMs, tries: 2 }));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENODATA" || code === "ENOTFOUND") return [];
      throw error;
    }
  };
  return {
    async txt(name) {
      const records = await ask((resolver) => resolver.resolveTxt(name));
      return records
        .slice(0, textsMax)
        .map((parts) => parts.join(""))
        .filter((text) => text.length <= textLettersMax);
    },
    async addresses(name) {
      const [four, six] = await Promise.all([
        ask((resolver) => resolver.resolve4(name)),
        ask((resolver) => resolver.resolve6(name)),
      ]);
      return [...four, ...six];
    },
  };
}
