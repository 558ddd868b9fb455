/** The sessions of one log-in, newest first. */
import { accountGrantId } from "@karibu/protocol/grant-id";
import { listSessions, type Session } from "./sessions.ts";

const shownMax = 5;
/** So many are looked through: the hub finds names that only contain this one too. */
const foundMax = 50;

/** Of nobody else: `kamau2` is another customer, also where one looks for `kamau`. */
export async function sessionsOfAccount(
  { accountId, username }: { readonly accountId: string; readonly username: string },
  list: typeof listSessions = listSessions,
): Promise<readonly Session[]> {
  const { items } = await list({ limit: foundMax, cursor: null, q: username });
  const own = accountGrantId(accountId, undefined);
  return items.filter(({ grantId }) => grantId === own || grantId?.startsWith(`${own}.`)).slice(0, shownMax);
}
