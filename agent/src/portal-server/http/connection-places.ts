/**
 * Who gets a place among the connections of guests. When all places are taken, a newcomer gets the place of the guest who has kept
 * one for the longest without getting on: a page is asked for and answered in a moment, and who holds hundreds of open
 * connections, from however many addresses, does neither.
 */

export interface Place {
  readonly address: string;
  /** Since when its guest has neither finished a request nor begun another; each step starts it again. */
  sinceMs: number;
  /** Its request is here in full, and an answer is on its way. */
  isAnswering: boolean;
}

/** An answer that its guest does not take within this time is no better than a request that does not come. */
const answerMsMax = 10_000;

/**
 * Who has to go for a newcomer; null: everybody is being answered at this moment. Of those who wait, one of the address with
 * the most places, and of its places the oldest.
 */
export function placeToFree<P extends Place>(places: Iterable<P>, nowMs: number): P | null {
  const idle = [...places].filter(({ isAnswering, sinceMs }) => !isAnswering || nowMs - sinceMs >= answerMsMax);
  const counts = new Map<string, number>();
  for (const { address } of idle) counts.set(address, (counts.get(address) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return idle
    .filter(({ address }) => counts.get(address) === most)
    .reduce<P | null>((oldest, place) => (oldest === null || place.sinceMs < oldest.sinceMs ? place : oldest), null);
}

/**
 * A newcomer whose address has no more places than its share gets one of the address that has the most, if that has more than a share (as only
 * a shared one can, which is a site's): one site whose requests hang, or come without end, takes no other site's places. Of its places the
 * one that has been as it is for the longest. Null: nobody has more than a share.
 * @param count places that the newcomer's address has with this one
 */
export function placeOfMost<P extends Place>(places: Iterable<P>, count: number, share: number): P | null {
  if (count > share) return null;
  const all = [...places];
  const counts = new Map<string, number>();
  for (const { address } of all) counts.set(address, (counts.get(address) ?? 0) + 1);
  const [most, ofMost] = [...counts].reduce((one, other) => (other[1] > one[1] ? other : one), ["", share]);
  if (ofMost <= share) return null;
  return all
    .filter(({ address }) => address === most)
    .reduce<P | null>((oldest, place) => (oldest === null || place.sinceMs < oldest.sinceMs ? place : oldest), null);
}
