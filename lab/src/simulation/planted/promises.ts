/** What is promised, how each promise is tested, and the planted faults that prove the test. `docs/reliability.md` is made from here. */
import type { PlantedFault, PlantedFaults, PromiseName } from "./fault.ts";
import { faultsOfBooks } from "./faults/books.ts";
import { faultsOfDoors } from "./faults/doors.ts";
import { faultsOfHubStories } from "./faults/hub-stories.ts";
import { faultsOfMoney } from "./faults/money.ts";
import { faultsOfSites } from "./faults/sites.ts";
import { faultsOfStories } from "./faults/stories.ts";
import { faultsOfTelling } from "./faults/telling.ts";

interface Promised {
  readonly says: string;
  /** How it is tested, beside the tests that the faults name. */
  readonly testedBy: string;
  /** By their ids. */
  readonly faults: readonly [string, PlantedFault][];
}

const files: readonly Readonly<Partial<Record<PromiseName, PlantedFaults>>>[] = [
  faultsOfSites,
  faultsOfMoney,
  faultsOfBooks,
  faultsOfTelling,
  faultsOfDoors,
  faultsOfStories,
  faultsOfHubStories,
];
const stories = "drawn stories of a site (`npm run simulate`), judged by `lab/src/simulation/judge";

const tested: Readonly<Record<PromiseName, Omit<Promised, "faults">>> = {
  "OFF-IN-TIME": {
    says: "A device whose package ended by the site's clock is off within 60 s, hub reachable or not; what is revoked reaches a connected site within 2 s.",
    testedBy: `${stories}/off-in-time.ts\``,
  },
  "NO-GIFT": {
    says: "No package gives more than its plan, one bridge allowance for each other site that is cut off, and one interval between reports.",
    testedBy: `${stories}/no-gift.ts\` and, to the second and the byte, \`as-told.ts\` and \`at-the-end.ts\`; and stories of two sites (\`npm run simulate -- --roaming\`), judged by \`roaming-rules.ts\``,
  },
  "NO-THEFT": {
    says: "No wrong clock, restart or cut line takes more than five minutes of a package from who holds it.",
    testedBy: `${stories}/no-theft.ts\``,
  },
  "BYTES-KEPT": {
    says: "What is charged is what the router reported, through reboots, counters that wrap and reports that come twice, late or out of order.",
    testedBy: `${stories}/bytes-kept.ts\` and, to the byte, \`reports-kept.ts\``,
  },
  "JOURNAL-KEPT": {
    says: "A first use, a sale or a session's edge that was answered survives any crash, and counts once at the hub.",
    testedBy: `${stories}/journal-kept.ts\`, and processes that are killed (\`agent/src/journal/kill.test.ts\`)`,
  },
  "SAME-AGAIN": {
    says: "A restart, at any instant, changes no decision.",
    testedBy: `${stories}/same-again.ts\``,
  },
  "NO-AMNESIA": {
    says: "A site that lost its memory gives no code more than its plan and what the provider allows, until the hub told it what was used.",
    testedBy: `${stories}/no-gift.ts\``,
  },
  "MONEY-ONCE": {
    says: "A receipt counts once; each cent of it has one outcome: a package, a renewal, credit, or suspense.",
    testedBy:
      "stories of a site with a hub (`npm run simulate -- --with-hub`), judged by `lab/src/simulation/judge/money-once.ts`",
  },
  "LEDGER-ZERO": {
    says: "Each entry of the books sums to zero, each balance is the sum of its entries, and each account holds what happened: nobody's credit is overdrawn, and none is without an owner.",
    testedBy: "the database itself, and stories with a hub, judged by `lab/src/simulation/judge/ledger-zero.ts`",
  },
  "BANK-ZERO": {
    says: "What a channel holds by its statement is what came in, without what went back, to the bank and to the channel itself; and the books say the same.",
    testedBy: "stories with a hub, judged by `lab/src/simulation/judge/bank-zero.ts`",
  },
  "PAID-STAYS": {
    says: "No order of evidence makes what was paid unpaid; it may be reversed, or disproved where it was never proved, each with an entry of its own.",
    testedBy:
      "drawn orders of evidence (`cloud/src/money/purchases/transition/transition.test.ts`) and `lab/src/simulation/judge/paid-stays.ts`",
  },
  "PROVED-ONLY": {
    says: "Money that somebody only told of is no revenue and pays nothing out; no path through the books makes it proved.",
    testedBy: "stories with a hub, judged by `lab/src/simulation/judge/proved-only.ts`",
  },
  "NO-SILENCE": {
    says: "Each payment whose outcome is not known is asked about again, or a person is shown it.",
    testedBy:
      "stories with a hub, judged by `lab/src/simulation/judge/no-silence.ts` and, while the payer waits, by `paid-in-time.ts`",
  },
  "DUE-RIGHT": {
    says: "What a line owes, and when it is asked for, reminded of and cut, is right to the minute and the cent.",
    testedBy:
      "drawn months of lines (`lab/src/due-right`), and stories with a hub, judged by `lab/src/simulation/judge/due-right.ts`",
  },
  "PAPER-RIGHT": {
    says: "Invoices, receipts and credit notes have their taxes to the cent and a number of their own, and say a sale once.",
    testedBy: "tests beside the code (`cloud/src/money/documents`, `cloud/src/money/tax`)",
  },
  "ONE-TRUTH": {
    says: "Portal, console, API, exports, reports and books say the same of the same thing.",
    testedBy: "stories with a hub, judged by `lab/src/simulation/judge/one-truth.ts`",
  },
  HEARD: {
    says: "An alarm above a provider's threshold reaches a person, and goes on to the next one.",
    testedBy: `${stories}/heard.ts\`; what is told of releases of the agent by stories with a hub, judged by \`right-release.ts\``,
  },
  UNDO: {
    says: "No change from afar leaves a router without its line for longer than ten minutes, no release of the agent that does not work stays, and nothing is touched there that is not ours.",
    testedBy:
      "the simulated router (`lab/src/router`), and stories with a hub, judged by `lab/src/simulation/judge/undo.ts`",
  },
  "OWN-ROWS": {
    says: "No request of one provider reads or writes a row of another.",
    testedBy:
      "each route asked by another provider (`cloud/src/ground/http/isolation.test.ts`), and `lab/src/simulation/judge/own-rows.ts`",
  },
  "ONLY-WHO-MAY": {
    says: "Each door opens for who has the right, the password, and the second factor where it is asked for, and as long as they have it; what they did is in the activity.",
    testedBy: "tests beside the code (`cloud/src/identity`)",
  },
  "NO-WAY-IN": {
    says: "What strangers send or name reaches nothing inside: no internal address, no secret, no forged message.",
    testedBy: "tests beside the code (`cloud/src/ground/http-client`, `cloud/src/ground/secrets`)",
  },
  "BACK-AGAIN": {
    says: "A hub that is restored from a back-up forgets neither what was revoked since, nor what its sites still know.",
    testedBy: "the drill of a restore (`lab/src/link/restore-drill.long.test.ts`)",
  },
};

const faultsOf = (promise: string): [string, PlantedFault][] =>
  files.flatMap((file) => Object.entries(file[promise as PromiseName] ?? {}));

export const promises: readonly (readonly [promise: string, Promised])[] = Object.entries(tested).map(
  ([promise, how]) => [promise, { ...how, faults: faultsOf(promise) }],
);

/** All, by their ids. */
export const allFaults: readonly [string, PlantedFault][] = promises.flatMap(([, { faults }]) => faults);
