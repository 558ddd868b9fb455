/** `docs/reliability.md`, made from the planted faults. */
import type { Finder, PlantedFault } from "./fault.ts";
import { chaosFaults, chaosJudged } from "./of-chaos.ts";
import { allFaults, promises } from "./promises.ts";

export const reliabilityDoc = "docs/reliability.md";

const notPromised = [
  "Real channels and gateways. M-Pesa, Airtel, MTN, Pesapal, Stripe and the senders of SMS are played from their documentation and from recorded bytes; no test asks a live one.",
  "Real boards. Routers are simulated from RouterOS' documentation and captures; flash that wears out, and radio, are not.",
  "Lines without a limit. A site without its hub sells and lets in what it knows; what is new elsewhere it learns when the line is back.",
  "Two faults at once of what a promise stands on: both copies of a file and the journal, or the database and all of its back-ups.",
  "That there is no other fault. The table proves that these changes are noticed, and no more.",
];

const chaosText = [
  "## Chaos of real processes",
  "",
  "`npm run chaos` (an hour; `-- --short`: ten minutes) runs two hubs on PostgreSQL and three agents as processes, each on a machine of its own:",
  "network namespaces, joined by cables. Simulated are the payment channel, the routers and the customers, who buy, redeem codes, and buy them for cash.",
  "A seed (`-- --seed N`, printed) draws what befalls them. Then nothing befalls them any more, and all must come right by itself. `npm run test:long` runs the",
  "hour (`lab/src/chaos/chaos.long.test.ts`); it needs root on Linux and PostgreSQL's programs, and says so where it is skipped.",
  "",
  `Injected: ${chaosFaults.join(", ")}. Lines are late, silent or broken by a relay; a full disk is a small one that is filled; a wrong clock steps the date of one process. The disk of the database is never full.`,
  "",
  "Judged in the end, where it can be by the model that judges the simulator's stories:",
  "",
  ...Object.values(chaosJudged)
    .flat()
    .map((holds) => `- ${holds}`),
  "",
];

export function reliabilityText(): string {
  const missed = allFaults.filter(([, { wasMissed }]) => wasMissed === true);
  return `${[
    "# Reliability",
    "",
    "What is promised, how each promise is tested, and which planted faults prove that the test would notice. A planted fault is one small change of",
    "the source that breaks a promise (`lab/src/simulation/planted`). `npm run test:long` plants each in a copy and expects the failure of the test or",
    "seed beside it; `node lab/src/simulation/planted/main.ts --fault ID` tries one. Nothing that is shipped imports `lab` (`tools/src/house/house.test.ts`),",
    "so none is ever in a bundle. This page is written by `node lab/src/simulation/planted/main.ts --write`.",
    "",
    `${allFaults.length} faults are planted, and all are found. The tests beside the code noticed nothing of ${missed.length} when they were planted: these are marked`,
    "*missed at first*, and the test that finds them was written then. The seconds are from the start of a process to its failure, on two busy processors.",
    "",
    "## Promises",
    ...promises.flatMap(([name, { says, testedBy, faults }]) => [
      "",
      `### ${name}`,
      "",
      `${says} Tested by ${testedBy}.`,
      "",
      "| fault | what would be wrong | found by | s |",
      "|---|---|---|---|",
      ...faults.map(rowOf),
    ]),
    "",
    ...chaosText,
    "## Not promised",
    "",
    ...notPromised.map((each) => `- ${each}`),
  ].join("\n")}\n`;
}

const rowOf = ([id, { what, foundBy, seconds, wasMissed }]: [string, PlantedFault]): string =>
  `| ${id} | ${what}${wasMissed === true ? " (*missed at first*)" : ""} | ${finderWords(foundBy)} | ${seconds} |`;

/** A title may have what a table or a picture of code would read as its own. */
const finderWords = (finder: Finder): string =>
  "file" in finder
    ? `\`${finder.file}\`: ${finder.test.replaceAll("|", "\\|").replaceAll("`", "")}`
    : `seed ${finder.seed} of the stories of ${finder.stories === "hubs" ? "a site with a hub" : "sites"}`;
