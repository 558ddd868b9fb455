/** Rows of commands about releases of the agent: some early, which run through the whole story, and some at its end, between blows that strike an update. */
import fc from "fast-check";
import { type HubCommand, hubDraws } from "./hub-commands.ts";

const soon = { gapSeconds: 10 };
const of = <Kind extends keyof typeof hubDraws>(kind: Kind) =>
  fc
    .record<Record<string, unknown>>(hubDraws[kind].of)
    .map((fields) => ({ do: kind, ...fields, ...soon }) as unknown as HubCommand);
const wait = (seconds: number): HubCommand => ({ do: "wait", seconds, gapSeconds: 0 });

/** Of an update that takes some minutes: power and process go in it, also at the launcher's own writes, the link and the hub too. */
const blow = fc.oneof(
  { weight: 3, arbitrary: of("dies-at-write") },
  { weight: 2, arbitrary: of("power-cut") },
  { weight: 1, arbitrary: of("agent-killed") },
  { weight: 1, arbitrary: of("wan-trouble") },
  { weight: 1, arbitrary: of("hub-killed") },
  { weight: 2, arbitrary: of("sell") },
);
const updating = fc
  .tuple(of("release"), fc.array(blow, { maxLength: 2 }), fc.constantFrom(20, 60, 150, 400))
  .map(([release, blows, seconds]) => [release, ...blows, wait(seconds)]);

/** Those of the beginning, and those of the end. */
export const anyReleasing: fc.Arbitrary<readonly [readonly HubCommand[], readonly HubCommand[]]> = fc.tuple(
  fc.array(of("release"), { maxLength: 1 }),
  fc.array(updating, { minLength: 1, maxLength: 3 }).map((rows) => rows.flat()),
);
