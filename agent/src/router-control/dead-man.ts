/**
 * The agent's end of the dead man (`protocol/src/router/dead-man.ts`): armed before safe mode is taken, so that no unroll takes it along, and
 * disarmed once the change is kept or undone. What is left behind goes by its time-out.
 */
import { deadMan } from "@karibu/protocol/router/dead-man";
import type { RouterCommandOptions, RouterSession } from "../ground/live-router.ts";
import { RouterTrap } from "../routeros/router-api.ts";

const list = "/ip/firewall/address-list";
/** Reserved for documentation (RFC 5737): no rule ever meets it. */
const nobodysAddress = "192.0.2.4";
/** Longer than any change: by then the dead man has looked. */
const armedTimeout = "5m";

const addSentence = (name: string, timeout: string): readonly string[] => [
  `${list}/add`,
  `=list=${name}`,
  `=address=${nobodysAddress}`,
  `=timeout=${timeout}`,
];

export const deadManSentences = {
  find: ["/system/scheduler/print", "=.proplist=name,disabled", `?comment=karibu:${deadMan.tag}`],
  rows: [`${list}/print`, "=.proplist=.id,list", `?list=${deadMan.armedList}`, `?list=${deadMan.aliveList}`, "?#|"],
  /** The one that goes by itself comes first: an armed dead man without it would act at once. */
  arm: [addSentence(deadMan.aliveList, `${deadMan.aliveSeconds}s`), addSentence(deadMan.armedList, armedTimeout)],
} as const;

export const removeSentence = (id: string): readonly string[] => [`${list}/remove`, `=.id=${id}`];

type Given = RouterCommandOptions;

async function clear(session: RouterSession, given: Given): Promise<void> {
  const rows = await session.command(deadManSentences.rows, given);
  const armed = rows.filter((row) => row.list === deadMan.armedList);
  const others = rows.filter((row) => row.list !== deadMan.armedList);
  // A row that has gone meanwhile by its time-out is a trap, and as good.
  for (const row of [...armed, ...others])
    await session.command(removeSentence(row[".id"] ?? ""), given).catch((error: unknown) => {
      if (!(error instanceof RouterTrap)) throw error;
    });
}

/** False: this router's set-up has none, or it is off. Rejects where the router can't be asked. */
export async function armDeadMan(session: RouterSession, given: Given): Promise<boolean> {
  try {
    const [found] = await session.command(deadManSentences.find, given);
    if (found === undefined || found.disabled === "true" || found.disabled === "yes") return false;
    await clear(session, given);
    for (const words of deadManSentences.arm) await session.command(words, given);
    return true;
  } catch (error) {
    if (error instanceof RouterTrap) return false;
    throw error;
  }
}

/** The rows that stay where it can't be said any more let the dead man look once, at nothing. */
export const disarmDeadMan = (session: RouterSession, given: Given): Promise<void> =>
  clear(session, given).catch(() => {});
