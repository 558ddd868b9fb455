/**
 * Whether a router can sell, and where its agent can run, from the facts that its first stage sent. What stage two can put right by itself
 * (a package that is missing, a device-mode that waits for the button, a disk that wants formatting) is no problem here.
 */
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import type { SetUpProblem } from "@karibu/protocol/router/set-up-progress";
import { checkedVersions, dialectOf, type VersionDialect } from "../language/version-dialect.ts";
import { guestsOnlineMax, whyNoImage } from "./boards.ts";
import { type ImagePlace, whereImageLives } from "./where-image-lives.ts";

export interface FactProblem {
  readonly problem: SetUpProblem;
  /** One English sentence with what was found. It may quote the router's own words, which are hostile text. */
  readonly detail: string;
  /** `container`: the site can be a hosted one. `everything`: it can't be set up before this is put right. */
  readonly rulesOut: "everything" | "container";
}

export interface FactJudgement {
  /** The place that suits this router best. Null: something rules everything out. */
  readonly place: "container" | "hosted" | null;
  readonly problems: readonly FactProblem[];
  /** One sentence, where the board can never run the agent itself: a hosted site is the answer, and nothing is wrong. */
  readonly whyHosted: string | null;
  readonly version: VersionDialect | null;
  /** Where the image would lie, if the agent runs on the router. */
  readonly imagePlace: ImagePlace;
}

/** The agent's memory beside RouterOS' own: a board with 512 MB shows a little less. */
const memoryBytesMin = 400_000_000;

export function judgeFacts(facts: RouterFacts): FactJudgement {
  const version = versionOf(facts.version);
  const whyHosted = whyNoImage(facts);
  const imagePlace = whereImageLives(facts);
  const ofContainer = whyHosted === null ? [...problemsOfContainer(facts, imagePlace)] : [];
  const problems = [...version.problems, ...problemsOfRouter(facts), ...ofContainer];
  const has = (what: FactProblem["rulesOut"]) => problems.some(({ rulesOut }) => rulesOut === what);
  const place = has("everything") ? null : has("container") || whyHosted !== null ? "hosted" : "container";
  return { place, problems, whyHosted, version: version.dialect, imagePlace };
}

/** `7.22.1 (stable)` as `/system/resource` says it. A trial version (`7.23beta2`) is not a checked one. */
function versionOf(text: string): { dialect: VersionDialect | null; problems: FactProblem[] } {
  const number = /^(\d+\.\d+(?:\.\d+)?)(?= |$)/.exec(text)?.[1] ?? "";
  const found = dialectOf(number);
  if ("dialect" in found) return { dialect: found.dialect, problems: [] };
  const oldest = checkedVersions[0] ?? "";
  const isOld = /is too old/.test(found.problem) || (number !== "" && comesBefore(number, oldest));
  const detail = isOld
    ? `RouterOS ${text} is too old; upgrade it to ${checkedVersions.at(-1)} or newer`
    : `RouterOS ${text} is not known here; known: ${checkedVersions.join(", ")} and their newer patch releases`;
  return {
    dialect: null,
    problems: [{ problem: isOld ? "version-too-old" : "version-unknown", detail, rulesOut: "everything" }],
  };
}

function comesBefore(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) => version.split(".").map(Number));
  for (const place of [0, 1, 2]) {
    const difference = (a?.[place] ?? 0) - (b?.[place] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function* problemsOfRouter({ deviceMode, licenceLevel, clock }: RouterFacts): Generator<FactProblem> {
  if (deviceMode.flagged) {
    const detail = "RouterOS found traces of an intruder (flagged); reinstall it with Netinstall first";
    yield { problem: "flagged", detail, rulesOut: "everything" };
  }
  const guests = guestsOnlineMax(licenceLevel);
  if (guests !== null && guests < 10) {
    const detail = `The licence (level ${licenceLevel}) allows ${guests} guest online; a hotspot needs level 4 or higher`;
    yield { problem: "licence", detail, rulesOut: "everything" };
  }
  if (!(Number(clock.date.slice(0, 4)) > 2024)) {
    const detail = `The router's clock shows ${clock.date} ${clock.time}; connect the internet, or set it with /system/clock/set`;
    yield { problem: "clock", detail, rulesOut: "everything" };
  }
}

function* problemsOfContainer(facts: RouterFacts, imagePlace: ImagePlace): Generator<FactProblem> {
  const rulesOut = "container";
  if (facts.totalMemoryBytes < memoryBytesMin) {
    const detail = `The agent needs a router with 512 MB of memory; this one has ${megabytes(facts.totalMemoryBytes)} MB`;
    yield { problem: "too-little-memory", detail, rulesOut };
  }
  const number = facts.version.split(" ")[0] ?? "";
  const container = facts.packages.find(({ name }) => name === "container");
  if (container !== undefined && container.version !== "" && container.version !== number) {
    const detail = `The package container is of RouterOS ${container.version}, the router runs ${number}; upgrade both together`;
    yield { problem: "package-other-version", detail, rulesOut };
  }
  if (imagePlace.kind === "nowhere") yield { problem: imagePlace.problem, detail: imagePlace.detail, rulesOut };
}

const megabytes = (bytes: number) => Math.floor(bytes / 1_000_000);
