/** How the commands of a story are drawn: one record says what each kind needs, and its types follow from that. */
import fc from "fast-check";

/** What each kind of command needs to be drawn, and how often it comes beside the others. */
export type Draws = Readonly<
  Record<string, { readonly weight: number; readonly of: Readonly<Record<string, fc.Arbitrary<unknown>>> }>
>;

type ValueOf<Any> = Any extends fc.Arbitrary<infer Value> ? Value : never;
type Drawn<Fields> = { readonly [Name in keyof Fields]: ValueOf<Fields[Name]> };

export type CommandIn<Of extends Draws, Kind extends keyof Of> = { readonly do: Kind } & Drawn<Of[Kind]["of"]>;
/** `gapSeconds`: what passes after it, so that some things happen at the same instant and others do not. */
export type AnyCommandIn<Of extends Draws> = { readonly [Kind in keyof Of]: CommandIn<Of, Kind> }[keyof Of] & {
  readonly gapSeconds: number;
};

export function anyCommandOf<Of extends Draws>(draws: Of): fc.Arbitrary<AnyCommandIn<Of>> {
  return fc.oneof(
    ...Object.entries(draws).map(([kind, { weight, of }]) => ({
      // Rare ones have a weight below one, and fast-check takes whole ones.
      weight: Math.round(weight * 20),
      arbitrary: fc
        .tuple(fc.record<Record<string, unknown>>(of), fc.constantFrom(0, 0, 1, 3, 10))
        .map(([fields, gapSeconds]) => ({ do: kind, ...fields, gapSeconds }) as unknown as AnyCommandIn<Of>),
    })),
  );
}

/** How one story is drawn by its seed, also where it is shrunk. */
export const oneStory = { numRuns: 1, unbiased: true } as const;

/** The story of this seed. The same seed is the same story, on every machine. */
export function drawBySeed<Story>(any: fc.Arbitrary<Story>, seed: number): Story {
  let drawn: Story | null = null;
  // Not `sample`: it draws another value than the check that shrinks.
  fc.check(
    fc.property(any, (story) => {
      drawn = story;
    }),
    { ...oneStory, seed },
  );
  return drawn as unknown as Story;
}
