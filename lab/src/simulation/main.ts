/**
 * `npm run simulate -- --seeds N [--from S] [--cores C]`: plays a generated story of a site alone for each seed and judges what happened. With
 * `--with-hub`: stories of a site with a hub; with `--roaming`: of two sites with one. `-- --explain SEED`: shortens the story of that seed where it
 * breaks an invariant, and tells it in plain words. At the end stands one hash of all that happened in the stories: the same on every machine.
 */
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { requireNode } from "@karibu/protocol/process/require-node";
import { emptyHubRows, noHubCoverage } from "./hubs/hub-coverage.ts";
import { playHubStory } from "./hubs/play-hub-story.ts";
import { runHubSeed, shrunkHubStory } from "./hubs/run-hub-stories.ts";
import type { Chronicle, Violation } from "./judge/chronicle.ts";
import { judge } from "./judge/judge.ts";
import { judgeRoaming } from "./judge/roaming.ts";
import { flagsOf, playBeside, type Said, type StoryKind } from "./play-beside.ts";
import { playRoamingStory } from "./roaming/play-roaming-story.ts";
import { emptyRoamingRows, noRoamingCoverage } from "./roaming/roaming-coverage.ts";
import { runRoamingSeed, shrunkRoamingStory } from "./roaming/run-roaming-stories.ts";
import type { SeedOutcome, Shrinking } from "./run-stories.ts";
import { addCoverage, type Coverage, emptyRows, noCoverage } from "./sites/coverage.ts";
import { playSiteStory } from "./sites/play-site-story.ts";
import { runSeed, shrunkStory } from "./sites/run-site-stories.ts";
import { tell, tellRoaming } from "./tell.ts";

requireNode();

/** A story with a hub takes seconds. */
const shrinkHubWithinMs = 600_000;

interface Kind {
  readonly run: (seed: number, coverage: Coverage) => Promise<SeedOutcome>;
  readonly noCoverage: () => Coverage;
  readonly emptyRows: (coverage: Coverage) => string[];
  readonly shrinkWithinMs: number;
  /** The shortest story that breaks as the seed's does, and what happens in it, in plain words. */
  readonly explain: (shrinking: Shrinking) => Promise<{ readonly story: object; readonly told: readonly string[] }>;
}

const kinds: Readonly<Record<StoryKind, Kind>> = {
  sites: {
    run: runSeed,
    noCoverage,
    emptyRows,
    shrinkWithinMs: 120_000,
    explain: explainedBy(shrunkStory, playSiteStory, tellJudged),
  },
  hubs: {
    run: runHubSeed,
    noCoverage: noHubCoverage,
    emptyRows: emptyHubRows,
    shrinkWithinMs: shrinkHubWithinMs,
    explain: explainedBy(shrunkHubStory, (story) => playHubStory(story), tellJudged),
  },
  roaming: {
    run: runRoamingSeed,
    noCoverage: noRoamingCoverage,
    emptyRows: emptyRoamingRows,
    shrinkWithinMs: shrinkHubWithinMs,
    explain: explainedBy(
      shrunkRoamingStory,
      (story) => playRoamingStory(story),
      (chronicle) => tellRoaming(chronicle, judgeRoaming(chronicle)),
    ),
  },
};

/** So many stories reach each row of the coverage, or a part of the site is tried by none. */
const coveredBySeeds = 1000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const explained = readWhole("--explain", null);
const seeds = readWhole("--seeds", 100) as number;
const from = readWhole("--from", 1) as number;
const kind = (Object.keys(kinds) as StoryKind[]).find((each) => flagsOf[each].some(isGiven)) ?? "sites";
const cores = Math.max(1, readWhole("--cores", availableParallelism()) as number);
if (explained !== null) await explain(explained);
else if (isGiven("--part")) await playPart();
else await playAll();

async function playPart(): Promise<void> {
  const coverage = kinds[kind].noCoverage();
  for (let seed = from; seed < from + seeds * cores; seed += cores) {
    const { violations, hash } = await kinds[kind].run(seed, coverage);
    const broken = violations.map(({ invariant, what }) => `${invariant}: ${what}`);
    say(JSON.stringify({ seed, broken, hash } satisfies Said));
  }
  say(JSON.stringify({ coverage, played: seeds } satisfies Said));
}

async function playAll(): Promise<void> {
  const sum = kinds[kind].noCoverage();
  let [done, broken] = [0, 0];
  const hashes = new Map<number, string>();
  const hear = (said: Said): void => {
    if ("coverage" in said) {
      addCoverage(sum, said.coverage);
      return;
    }
    done++;
    hashes.set(said.seed, said.hash);
    if (said.broken.length > 0) broken++;
    for (const what of said.broken) say(`seed ${said.seed}: ${what}`);
    if (said.broken.length > 0)
      say(`to see it: ${["npm run simulate --", ...flagsOf[kind], "--explain", said.seed].join(" ")}`);
    else if (done % 500 === 0) say(`${done} of ${seeds} played`);
  };
  const parts = Array.from({ length: cores }, (_, part) => ({
    first: from + part,
    count: Math.max(0, Math.ceil((seeds - part) / cores)),
  }));
  const ended = await Promise.all(parts.map((part) => playBeside({ ...part, cores, kind }, hear).isWhole));
  say(`${done - broken} of ${seeds} seeds hold`);
  const isWhole = ended.every(Boolean) && done === seeds;
  if (!isWhole) say(`${seeds - done} of them were not played to their end`);
  say(`hash of these stories: ${hashOf(hashes)}`);
  const empty = kinds[kind].emptyRows(sum);
  const isCounted = seeds >= coveredBySeeds;
  if (isCounted) {
    for (const [row, count] of Object.entries(sum).sort()) say(`${String(count).padStart(9)}  ${row}`);
    for (const row of empty) say(`no story reached: ${row}`);
  }
  process.exitCode = broken > 0 || !isWhole || (isCounted && empty.length > 0) ? 1 : 0;
}

/** Whoever played them, in whatever order. */
function hashOf(hashes: ReadonlyMap<number, string>): string {
  const inOrder = [...hashes].sort(([one], [other]) => one - other);
  return createHash("sha256").update(JSON.stringify(inOrder)).digest("hex");
}

async function explain(seed: number): Promise<void> {
  const { shrinkWithinMs: withinMs } = kinds[kind];
  // Not a part of the story: whoever keeps it in a file sees this all the same.
  const hint = (line: string): void => void process.stderr.write(`${line}\n`);
  const { story, told } = await kinds[kind].explain({
    seed,
    withinMs,
    broke(violations: readonly Violation[]) {
      for (const { invariant, what } of violations) hint(`seed ${seed}: ${invariant}: ${what}`);
      if (violations.length > 0) hint(`shortening it takes at most ${withinMs / 60_000} minutes`);
    },
    shorter: (commands: number) => hint(`${commands} commands`),
  });
  say(JSON.stringify(story));
  for (const line of told) say(line);
}

/** Plays the shortest story once more, for what happens in it. */
function explainedBy<Story extends object, Told>(
  shorten: (shrinking: Shrinking) => Promise<Story>,
  play: (story: Story) => Promise<{ readonly chronicle: Told }>,
  tellOf: (chronicle: Told) => readonly string[],
): Kind["explain"] {
  return async (shrinking) => {
    const story = await shorten(shrinking);
    return { story, told: tellOf((await play(story)).chronicle) };
  };
}

function tellJudged(chronicle: Chronicle): readonly string[] {
  return tell(chronicle, judge(chronicle));
}

function isGiven(flag: string): boolean {
  return process.argv.includes(flag);
}

function readWhole(name: string, otherwise: number | null): number | null {
  const at = process.argv.indexOf(name);
  if (at < 0) return otherwise;
  const value = Number(process.argv[at + 1]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  process.stderr.write(`${name}: ${process.argv[at + 1] ?? "nothing"} given; a whole number is right\n`);
  process.exit(2);
}
