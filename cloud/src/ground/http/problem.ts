/** The answer to an API call that can't be served: RFC 9457 problem+json, with the field that is wrong where there is one. */
import {
  type CustomerRefusalCode,
  type FieldRule,
  type KnownProblem,
  problems,
  type RefusalCode,
  type ValuedRule,
} from "@karibu/protocol/problems/problem-list";
import type { z } from "zod";
import { readOwnRule } from "./own-rules.ts";
import { type ReachedQuota, sentenceOf } from "./problem-sentence.ts";
import { quantityText } from "./quantity-text.ts";

const titles: Record<number, string> = {
  400: "Bad request",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "Wrong method",
  409: "Conflict",
  412: "Changed meanwhile",
  413: "Too large",
  415: "Unsupported media type",
  421: "Unknown name",
  422: "Can't be done",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available now",
};

/** Thrown by handlers; `code` is stable and kebab case, `detail` is for people. Never carries a secret. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly retryAfterSeconds: number | null;
  /** What the field breaks, in a word that a program reads: `too-small`. `value` is what the rule is about: the least, for example. */
  readonly rule: string | null;
  readonly value: string | number | null;
  readonly errors: readonly { field: string; message: string }[];
  /** Which of the provider's quotas is reached. */
  readonly quota: ReachedQuota | null;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: {
      field?: string;
      retryAfterSeconds?: number;
      rule?: string;
      value?: string | number;
      errors?: readonly { field: string; message: string }[];
      quota?: ReachedQuota;
    } = {},
  ) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.field = more.field ?? null;
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
    this.rule = more.rule ?? null;
    this.value = more.value ?? null;
    this.errors = more.errors ?? [];
    this.quota = more.quota ?? null;
  }
}

type Reason =
  | { readonly rule?: Exclude<FieldRule, ValuedRule>; readonly value?: string | number }
  | { readonly rule: ValuedRule; readonly value: string | number };

type Facts = Reason & {
  readonly field?: string;
  readonly retryAfterSeconds?: number;
  readonly quota?: ReachedQuota;
};

/**
 * A refusal: its status and its sentence stand in the list of problems, with those of the other languages. A rule says more closely why, and has a
 * sentence of its own. A code that is told with more than one status needs it here.
 */
export function refusal(code: RefusalCode, facts?: Facts): Problem;
export function refusal(code: Exclude<KnownProblem, RefusalCode>, facts: Facts & { readonly status: number }): Problem;
export function refusal(code: KnownProblem, facts: Facts & { readonly status?: number } = {}): Problem {
  const { status = 500 }: { readonly status?: number } = { ...problems[code], ...facts };
  return worded(status, code, facts);
}

/** What is asked for is not there or not as it must be. A schema refuses most of it by itself (`invalid`). */
export const wrongField = (field: string, ...[rule, value]: RuleAndValue): Problem =>
  worded(400, "invalid", value === undefined ? { field, rule } : { field, rule, value });

type RuleAndValue =
  | [rule: Exclude<FieldRule, ValuedRule>, value?: undefined]
  | [rule: ValuedRule, value: string | number];

function worded(status: number, code: string, facts: Omit<Facts, "rule"> & { readonly rule?: FieldRule }): Problem {
  const { field = null, rule = null, value = null, quota = null } = facts;
  const sentence = sentenceOf({ code, status, field, rule, value, quota }, "en") ?? code;
  return new Problem(status, code, field === null ? sentence : `${field}: ${sentence}`, facts);
}

/** By a reason that this hub's list does not have yet: its name is the code. */
export const refusedByNewerSite = (reason: string): Problem =>
  worded(409, reason, { rule: "site-says", value: reason });

/** A refusal that customers read: it has a sentence in each of their languages, or does not compile. */
export const customerRefusal = (code: CustomerRefusalCode, facts?: Facts): Problem => refusal(code, facts);

export const notFound = (what: string, field?: string): Problem =>
  new Problem(404, "not-found", `There is no such ${what}.`, field === undefined ? {} : { field });

export const providerSuspended = (): Problem => refusal("provider-suspended");

/** @param isKept a module says what is owed, on a page of its own; else only a person of the platform opens the provider again */
export const providerInArrears = (isKept: boolean): Problem =>
  refusal("provider-in-arrears", isKept ? {} : { rule: "arrears-not-kept" });

/** `where` is the part of the request that was checked. It names fields as the caller knows them. */
export function invalid(where: "path" | "query" | "body", error: z.core.$ZodError): Problem {
  const issues = tightest(error.issues);
  const errors = issues.slice(0, 20).map((issue) => ({
    field: issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]].join(".") : issue.path.join("."),
    message: issue.code === "unrecognized_keys" ? "There is no such field." : issueSentence(issue),
  }));
  const first = errors[0] ?? { field: "", message: "Invalid." };
  const field = first.field === "" ? where : first.field;
  const broken = issues[0] === undefined ? {} : ruleOf(issues[0]);
  return new Problem(400, "invalid", `${field}: ${first.message}`, { field, ...broken, errors });
}

/** What JavaScript can count to is no limit that anybody set: where a field has another, that one is told. */
const tightest = (issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] =>
  issues.filter(
    (issue) =>
      !("note" in issue) || !issues.some((other) => other !== issue && other.path.join(".") === issue.path.join(".")),
  );

/** A limit of a number in the unit that its field is read in; else the schema's own words. */
function issueSentence(issue: z.core.$ZodIssue): string {
  const { rule, sentence } = readOwnRule(issue.message);
  if (
    rule !== null ||
    (issue.code !== "too_big" && issue.code !== "too_small") ||
    sizeRules[issue.origin] !== undefined
  )
    return sentence;
  const [words, limit] = issue.code === "too_big" ? ["At most", issue.maximum] : ["At least", issue.minimum];
  return `${words} ${quantityText(issue.path.join("."), Number(limit))}.`;
}

/** Nothing where no word says it. */
function ruleOf(issue: z.core.$ZodIssue): { rule?: string; value?: number | string } {
  const { rule, value } = readOwnRule(issue.message);
  if (rule !== null) return value === null ? { rule } : { rule, value };
  switch (issue.code) {
    case "too_small":
      if (issue.origin === "string" && Number(issue.minimum) <= 1) return { rule: "empty" };
      return { rule: sizeRules[issue.origin]?.[0] ?? "too-small", value: Number(issue.minimum) };
    case "too_big":
      return { rule: sizeRules[issue.origin]?.[1] ?? "too-big", value: Number(issue.maximum) };
    case "not_multiple_of":
      return { rule: "whole" };
    case "invalid_type":
      return { rule: issue.expected === "int" ? "whole" : "wrong-kind" };
    case "invalid_value":
    case "invalid_union":
      return { rule: "wrong-kind" };
    case "invalid_format":
      return { rule: "format" };
    case "unrecognized_keys":
      return { rule: "no-such-field" };
    default:
      return {};
  }
}

const sizeRules: Readonly<Record<string, readonly [tooSmall: string, tooBig: string]>> = {
  string: ["too-short", "too-long"],
  array: ["too-few", "too-many"],
};

export function problemBody(
  problem: Problem,
  requestId: string,
  words: { readonly title: string | null; readonly detail: string },
): Record<string, unknown> {
  return {
    type: `urn:karibu:problem:${problem.code}`,
    title: words.title ?? titles[problem.status] ?? "Problem",
    status: problem.status,
    code: problem.code,
    detail: words.detail,
    ...(problem.field === null ? {} : { field: problem.field }),
    ...(problem.rule === null ? {} : { rule: problem.rule }),
    ...(problem.value === null ? {} : { value: problem.value }),
    ...(problem.quota === null ? {} : { quota: problem.quota }),
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
    requestId,
  };
}
