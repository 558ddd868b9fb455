/** Does a piece of work again and again until it finds nothing more to do. @returns the sum of what `slice` said it did */
export async function untilNone(slice: () => Promise<number>): Promise<number> {
  let done = 0;
  for (;;) {
    const count = await slice();
    if (count === 0) return done;
    done += count;
  }
}
