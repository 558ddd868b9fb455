/** Differences between what a router should have and what it has, as findings in plain words. Pure. */
import type { RouterRow } from "../ground/live-router.ts";
import type { Drift, FoundDifference } from "../router-drift/drift-watch.ts";
import { driftWords, type ObjectWords, objectWords, otherObject, serviceWords } from "./drift-words.ts";
import type { Finding } from "./finding.ts";
import type { FindingLanguage } from "./finding-words.ts";
import { shortText } from "./short-text.ts";

export function driftFindings(drift: Drift | null | undefined, language: FindingLanguage): Finding[] {
  return (drift?.differences ?? []).map((difference) => findingOf(difference, language));
}

function wordsOf({ menu, object }: FoundDifference): Omit<ObjectWords, "tag"> {
  return (
    objectWords.find((each) => each.tag.test(object.id) && (each.menu === undefined || each.menu === menu)) ??
    otherObject
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function findingOf(difference: FoundDifference, language: FindingLanguage): Finding {
  const words = driftWords[language];
  const about = wordsOf(difference);
  const what = capital(about[language]);
  const { key, repair } = difference;
  const advice =
    repair === null
      ? difference.object.service === undefined
        ? words.byHand
        : words.byHandService
      : difference.kind === "order"
        ? words.order
        : repair.isRisky
          ? words.repairSafely
          : words.repair;
  const mends = repair === null ? {} : { repair: key, isRisky: repair.isRisky };
  const base = { check: key, advice, ...mends };
  if (difference.kind === "order") {
    const { above } = difference;
    const text = above === null ? words.mixed : words.above(ruleText(above));
    return { ...base, grade: above === null || isHarmful(above) ? "wrong" : "notice", text };
  }
  if (difference.kind === "missing" && difference.service !== undefined) {
    const part = serviceWords[difference.service]?.[language] ?? difference.service;
    return { ...base, grade: "notice", text: words.service(capital(part)) };
  }
  const isStop = about.weight === "stops";
  const grade = about.weight === "notice" ? "notice" : "wrong";
  const [changed] = difference.kind === "changed" ? difference.columns : [];
  const text =
    changed === undefined
      ? words[difference.kind === "disabled" ? "disabled" : "missing"](what)
      : isText(difference, changed.column)
        ? words.text(what)
        : words.changed(what, changed.column, shortText(changed.found), changed.wanted);
  return { ...base, grade, text, ...(isStop ? { stops: true } : {}) };
}

/** Its digest says nothing to a person. */
const isText = ({ object }: FoundDifference, column: string): boolean => object.hashes?.[column] !== undefined;

/** What takes packets away from ours; a rule that only counts or marks harms nobody. */
const isHarmful = ({ action = "" }: RouterRow): boolean => !/^(log|passthrough|add-|mark-)/.test(action);

function ruleText(row: RouterRow): string {
  const name = row.comment ?? "";
  const words = [row.chain, row.action, row.address].filter((word) => word !== undefined && word !== "").join(" ");
  return shortText(name === "" ? words : `${words} "${name}"`);
}
