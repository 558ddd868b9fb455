import type { World } from "@karibu/protocol/world";

/**
 * Asks what others pay for (a site, over a metered link) once for all who want to know it within a while: a page that is open reads itself again with
 * each event of its provider, many times a second where much happens. A failure is told to all of them too.
 */
export function askSeldom<Answer>(
  { clock }: Pick<World, "clock">,
  everyMs: number,
  ask: (siteId: string, grantId: string) => Promise<Answer>,
): (siteId: string, grantId: string) => Promise<Answer> {
  const asked = new Map<string, { readonly atMs: number; readonly answer: Promise<Answer> }>();
  return (siteId, grantId) => {
    const nowMs = clock.monotonicMs();
    for (const [name, { atMs }] of asked) if (nowMs - atMs >= everyMs) asked.delete(name);
    const name = JSON.stringify([siteId, grantId]);
    const known = asked.get(name);
    if (known !== undefined) return known.answer;
    const answer = ask(siteId, grantId);
    asked.set(name, { atMs: nowMs, answer });
    return answer;
  };
}
