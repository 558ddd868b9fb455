/** `karibu queue`: shows the running hub's jobs and the failed ones, and tries failed jobs again. */
import { parseArgs } from "node:util";
import { defaultHubUrl, type HubCall, openHubApi, printList, sayRefusal } from "./hub-api.ts";
import { sayFaults } from "./hub-database.ts";
import type { Output, Subcommand } from "./subcommand.ts";

const verbs = ["list", "dead", "retry", "flush"] as const;
type Verb = (typeof verbs)[number];

export const queue: Subcommand = {
  usage: "queue list | dead | retry ID | retry --all | flush   [--hub URL]",
  summary: `Jobs of a running hub (${defaultHubUrl} by default), as the admin of KARIBU_ADMIN_EMAIL and KARIBU_ADMIN_PASSWORD: queues and what they did, jobs that gave up and why, trying them again, forgetting them.`,
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    return sayFaults(output, async () => {
      const call = await openHubApi(asked.hub, output);
      if (call === null) return 1;
      if (asked.verb === "list") return printList(call, "/api/v1/jobs", output);
      if (asked.verb === "dead") return printList(call, "/api/v1/jobs/dead", output);
      const answer = await change(call, asked.verb, asked.id);
      if (!answer.ok) return sayRefusal(answer, output);
      output.print(await answer.text());
      return 0;
    });
  },
};

function change(call: HubCall, verb: "retry" | "flush", id: string | null): Promise<Response> {
  if (verb === "flush") return call("DELETE", "/api/v1/jobs/dead");
  if (id === null) return call("POST", "/api/v1/jobs/dead/retry", {});
  return call("POST", `/api/v1/jobs/dead/${encodeURIComponent(id)}/retry`);
}

function readWords(words: readonly string[], output: Output): { verb: Verb; id: string | null; hub: string } | null {
  try {
    const options = { hub: { type: "string", default: defaultHubUrl }, all: { type: "boolean" } } as const;
    const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options });
    const [name, id, ...more] = positionals;
    const verb = verbs.find((one) => one === name);
    const takesOne = verb === "retry" && values.all !== true;
    const fits = verb !== undefined && takesOne === (id !== undefined) && (values.all !== true || verb === "retry");
    if (fits && more.length === 0 && URL.canParse(values.hub)) return { verb, id: id ?? null, hub: values.hub };
    output.complain(verb === undefined ? `say one of ${verbs.join(", ")}` : "these words do not go together");
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${queue.usage}`);
  return null;
}
