/** `karibu providers`: list, add, suspend, delete, bring back, and carry one provider's data away, by the running hub's API. */
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { defaultHubUrl, type HubCall, openHubApi, printList, sayRefusal } from "./hub-api.ts";
import { sayFaults } from "./hub-database.ts";
import type { Output, Subcommand } from "./subcommand.ts";

const options = {
  hub: { type: "string", default: defaultHubUrl },
  out: { type: "string" },
  owner: { type: "string" },
  currency: { type: "string" },
  "grace-days": { type: "string" },
} as const;

type Option = keyof typeof options;

/** What each verb takes beside `--hub`: a provider's id or name, options it needs, options it may have. */
const verbs = {
  list: { subject: null, needs: [], may: [] },
  statistics: { subject: null, needs: [], may: [] },
  add: { subject: "NAME", needs: ["owner"], may: ["currency"] },
  suspend: { subject: "ID", needs: [], may: ["grace-days"] },
  reactivate: { subject: "ID", needs: [], may: [] },
  delete: { subject: "ID", needs: [], may: ["grace-days"] },
  restore: { subject: "ID", needs: [], may: [] },
  export: { subject: "ID", needs: ["out"], may: [] },
} as const satisfies Record<string, { subject: string | null; needs: readonly Option[]; may: readonly Option[] }>;

type Verb = keyof typeof verbs;

interface Asked {
  readonly verb: Verb;
  readonly subject: string;
  readonly hub: string;
  readonly given: Partial<Record<Option, string>>;
}

export const providers: Subcommand = {
  usage:
    "providers list | statistics | add NAME --owner EMAIL [--currency KES] | suspend ID [--grace-days N] | reactivate ID | delete ID [--grace-days N] | restore ID | export ID --out FILE   [--hub URL]",
  summary: `Works on a running hub (${defaultHubUrl} by default) as the admin of KARIBU_ADMIN_EMAIL and KARIBU_ADMIN_PASSWORD. A new owner's first password is read from OWNER_PASSWORD.`,
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    return sayFaults(output, async () => {
      const call = await openHubApi(asked.hub, output);
      if (call === null) return 1;
      if (asked.verb === "list") return printList(call, "/api/v1/providers", output);
      const answer = await ask(call, asked);
      if (!answer.ok) return sayRefusal(answer, output);
      if (asked.verb === "export") {
        const { out = "" } = asked.given;
        await writeWhole(answer, out);
        output.print(`written: ${out}`);
      } else output.print(await answer.text());
      return 0;
    });
  },
};

/** A file of the right name is a whole one: what is cut off takes the place of no earlier one. */
async function writeWhole(answer: Response, out: string): Promise<void> {
  const part = `${out}.part`;
  try {
    await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(part, { mode: 0o600 }));
    await rename(part, out);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function ask(call: HubCall, { verb, subject, given }: Asked): Promise<Response> {
  const path = `/api/v1/providers/${encodeURIComponent(subject)}`;
  const graceDays = given["grace-days"] === undefined ? {} : { graceDays: Number(given["grace-days"]) };
  switch (verb) {
    case "statistics":
      return call("GET", "/api/v1/platform/statistics");
    case "add": {
      const { owner: ownerEmail, currency } = given;
      const owner = { ownerEmail, ownerPassword: process.env.OWNER_PASSWORD ?? "" };
      return call("POST", "/api/v1/providers", {
        name: subject,
        ...owner,
        ...(currency === undefined ? {} : { currency }),
      });
    }
    case "export":
      return call("GET", `${path}/export`);
    case "delete":
      return call(
        "DELETE",
        `${path}?${new URLSearchParams(given["grace-days"] ? { graceDays: given["grace-days"] } : {})}`,
      );
    case "suspend":
      return call("POST", `${path}/suspend`, graceDays);
    default:
      return call("POST", `${path}/${verb}`);
  }
}

function readWords(words: readonly string[], output: Output): Asked | null {
  try {
    const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options });
    const [name = "", subject = "", ...more] = positionals;
    const verb = Object.hasOwn(verbs, name) ? (name as Verb) : null;
    const { hub, ...given } = values;
    if (verb === null) output.complain(`say one of ${Object.keys(verbs).join(", ")}`);
    else {
      const {
        subject: wanted,
        needs,
        may,
      }: { subject: string | null; needs: readonly string[]; may: readonly string[] } = verbs[verb];
      const names = Object.keys(given);
      const fits =
        more.length === 0 &&
        (wanted !== null) === (subject !== "") &&
        needs.every((one) => names.includes(one)) &&
        names.every((one) => needs.includes(one) || may.includes(one));
      if (fits && URL.canParse(hub)) return { verb, subject, hub, given };
      output.complain(fits ? `--hub: not an address: ${hub}` : "these words do not go together");
    }
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${providers.usage}`);
  return null;
}
