/** `karibu events`: what happens at a hub, as it happens; and a test event to a webhook, with what became of it. */
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { defaultHubUrl, type HubCall, sayRefusal } from "./hub-api.ts";
import { sayFaults } from "./hub-database.ts";
import type { Output, Subcommand } from "./subcommand.ts";
import { openTokenApi } from "./token-api.ts";

const verbs = ["listen", "test"] as const;
/** A webhook is tried at once; what is not taken then is tried again for a day. */
const looksMax = 20;

interface Asked {
  readonly verb: (typeof verbs)[number];
  readonly webhookId: string | null;
  readonly times: number;
  readonly hub: string;
}

export const events: Subcommand = {
  usage: "events listen [--times N] | test WEBHOOK   [--hub URL]",
  summary: `Live events of a running hub (${defaultHubUrl} by default), with the API token of KARIBU_TOKEN, one JSON object a line; or a test event to one webhook: exit code 0 when its address took it.`,
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    return sayFaults(output, async () => {
      const call = openTokenApi(asked.hub, output);
      if (call === null) return 1;
      return asked.verb === "listen"
        ? listen(call, asked.times, output)
        : testEvent(call, asked.webhookId ?? "", output);
    });
  },
};

async function listen(call: HubCall, times: number, output: Output): Promise<number> {
  const answer = await call("GET", "/api/v1/events");
  if (!answer.ok || answer.body === null) return sayRefusal(answer, output);
  let [text, heard] = ["", 0];
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = /^data: (.+)$/m.exec(text.slice(0, end))?.[1] ?? "{}";
      text = text.slice(end + 2);
      // "ready" and heartbeats say nothing of the business.
      if (data === "{}") continue;
      output.print(data);
      if (++heard >= times) return 0;
    }
  }
  output.complain("the hub ended the stream");
  return 1;
}

async function testEvent(call: HubCall, webhookId: string, output: Output): Promise<number> {
  const posted = await call("POST", `/api/v1/webhooks/${encodeURIComponent(webhookId)}/test`);
  if (!posted.ok) return sayRefusal(posted, output);
  const { deliveryId } = (await posted.json()) as { readonly deliveryId: string };
  for (let look = 0; look < looksMax; look++) {
    const answer = await call("GET", `/api/v1/webhook-deliveries?limit=100&webhookId=${encodeURIComponent(webhookId)}`);
    if (!answer.ok) return sayRefusal(answer, output);
    const { items } = (await answer.json()) as { readonly items: readonly Delivery[] };
    const delivery = items.find((one) => one.deliveryId === deliveryId);
    if (delivery !== undefined && delivery.tries > 0) {
      output.print(JSON.stringify(delivery));
      return delivery.state === "delivered" ? 0 : 1;
    }
    await pause(1000);
  }
  output.complain("it was not sent yet: see the webhook's deliveries");
  return 1;
}

interface Delivery {
  readonly deliveryId: string;
  readonly state: string;
  readonly tries: number;
}

function readWords(words: readonly string[], output: Output): Asked | null {
  try {
    const options = { hub: { type: "string", default: defaultHubUrl }, times: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options });
    const [name, webhookId = null, ...more] = positionals;
    const verb = verbs.find((one) => one === name);
    const times = values.times === undefined ? Number.POSITIVE_INFINITY : Number(values.times);
    const isCounted = times === Number.POSITIVE_INFINITY || (Number.isInteger(times) && times > 0);
    const fits = verb !== undefined && (verb === "test") === (webhookId !== null) && isCounted;
    if (fits && more.length === 0 && URL.canParse(values.hub)) return { verb, webhookId, times, hub: values.hub };
    if (verb === undefined) output.complain(`say one of ${verbs.join(", ")}`);
    else if (!isCounted) output.complain("--times takes a whole number above 0");
    else if (!URL.canParse(values.hub)) output.complain(`--hub: not an address: ${values.hub}`);
    else output.complain(verb === "test" ? "test takes one WEBHOOK" : "listen takes no name");
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${events.usage}`);
  return null;
}
