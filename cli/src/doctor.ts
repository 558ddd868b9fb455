/**
 * `karibu doctor`: says what is wrong at a site and what to do. Of a running agent by its `/doctor`; of a data folder, with the
 * agent stopped or not, by reading it. Exit code 1 when something is wrong.
 */
import { parseArgs } from "node:util";
import type { Finding } from "@karibu/agent/doctor/finding";
import { installerKeyOf } from "@karibu/protocol/installer-key";
import { isFolder } from "./data-folder.ts";
import { examineFolder } from "./examine-folder.ts";
import type { Output, Subcommand } from "./subcommand.ts";

const usage = "doctor --agent URL [--key KEY] | --data DIR [--json]";
const answerMsMax = 60_000;

export const doctor: Subcommand = {
  usage,
  summary:
    "Names what is wrong with an agent (ports, secret, clock, disk, router) and what to do; code 1 if anything is.",
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    let findings: readonly Finding[];
    try {
      findings = asked.agent !== null ? await askAgent(asked.agent, asked.key) : await lookAt(asked.data);
    } catch (error) {
      output.complain((error as Error).message);
      return 1;
    }
    for (const finding of findings) output.print(asked.json ? JSON.stringify(finding) : lineOf(finding));
    return findings.some(({ grade }) => grade === "wrong") ? 1 : 0;
  },
};

type Asked = { readonly json: boolean } & (
  | { readonly agent: string; readonly data: null; readonly key: string | null }
  | { readonly agent: null; readonly data: string }
);

function readWords(words: readonly string[], output: Output): Asked | null {
  try {
    const text = { type: "string" } as const;
    const options = { agent: text, data: text, key: text, json: { type: "boolean" } } as const;
    const { values } = parseArgs({ args: [...words], options });
    const { agent = null, data = null, json = false } = values;
    const secret = process.env.KARIBU_RADIUS_SECRET;
    const key = values.key ?? (secret ? installerKeyOf(secret) : null);
    if (agent !== null && data === null && URL.canParse(agent)) return { agent, data, json, key };
    if (data !== null && agent === null) return { agent, data, json };
    output.complain(
      agent !== null && data === null ? `--agent: not an address: ${agent}` : "one of --agent URL and --data DIR",
    );
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${usage}`);
  return null;
}

/** From another machine it needs the site's key: from `--key`, or derived from the RADIUS secret. */
async function askAgent(address: string, key: string | null): Promise<readonly Finding[]> {
  const url = new URL("/doctor", address);
  let response: Response;
  try {
    const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
    response = await fetch(url, { headers, signal: AbortSignal.timeout(answerMsMax) });
  } catch (error) {
    const cause = (error as { cause?: { message?: string } }).cause?.message ?? (error as Error).message;
    throw new Error(`--agent: no answer from ${url}: ${cause}`);
  }
  const body = (await response.json().catch(() => null)) as { findings?: unknown } | null;
  if (response.status === 404)
    throw new Error(
      `--agent: ${url} shows this only to its own machine and to who has the site's key: --key, or KARIBU_RADIUS_SECRET`,
    );
  if (!response.ok || !Array.isArray(body?.findings)) throw new Error(`--agent: ${url} is not a Karibu agent`);
  return body.findings as Finding[];
}

async function lookAt(data: string): Promise<readonly Finding[]> {
  if (!(await isFolder(data))) throw new Error(`--data: no such folder: ${data}`);
  return await examineFolder(data, process.env);
}

const signs = { ok: "ok    ", notice: "notice", wrong: "WRONG " } as const;

function lineOf({ check, grade, text, advice }: Finding): string {
  return `${signs[grade]} ${check}: ${text}${advice === "" ? "" : ` ${advice}`}`;
}
