/**
 * What the hub does and asks for: callbacks, jobs, calls of other services, letters, log-ins. Labels come from short lists of ours: whoever
 * can choose a text (a path, a host, a phone) must not be able to make series.
 */
import type { World } from "@karibu/protocol/world";
import type express from "express";
import { Router } from "express";
import { Counter, Histogram, type Registry } from "prom-client";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { queueNameOf } from "../../ground/jobs/queues.ts";
import type { SendMail } from "../../ground/mail/mail.ts";
import type { MeasureSend } from "../../messaging/message-rows.ts";

/** Services, by what their hosts' names contain. Simulators have other hosts: see `named`. */
const services: readonly (readonly [part: string, service: string])[] = [
  ["safaricom", "daraja"],
  ["airtel", "airtel"],
  ["momodeveloper", "mtn"],
  ["momoapi", "mtn"],
  ["pesapal", "pesapal"],
  ["stripe", "stripe"],
  ["africastalking", "africastalking"],
  ["twilio", "twilio"],
  ["advanta", "advanta"],
  ["graph.facebook", "whatsapp"],
];

/** Parts of the paths below `/hooks/k/<token>/`: see `money/callbacks/receive-callbacks.ts`. */
const hookKinds: ReadonlyMap<string, string> = new Map([
  ["s", "push"],
  ["m", "push"],
  ["c", "confirmation"],
  ["v", "validation"],
  ["r", "result"],
  ["t", "timeout"],
  ["n", "notice"],
  ["w", "message"],
]);

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 120];

export interface WorkMetrics {
  /** How many callbacks of payment channels this process has answered. */
  callbacks(): number;
  /** Counts what comes to these hooks, and passes it on. */
  hooks(kindOf: "channels" | "message-reports", router: Router): Router;
  http(call: HttpCall): HttpCall;
  mail(send: SendMail): SendMail;
  jobs(queue: JobQueue): JobQueue;
  /** Counts text messages by what their gateway says to them: several calls may be one, and a refusal may be HTTP 200. */
  readonly messages: MeasureSend;
}

/** @param named services by the host of their simulator */
export function createWorkMetrics(
  { clock }: Pick<World, "clock">,
  registry: Registry,
  named: ReadonlyMap<string, string>,
): WorkMetrics {
  const registers = [registry];
  const count = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const time = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Histogram({ name, help, labelNames: [...labelNames], buckets: seconds, registers });
  const since = (startedMs: number) => (clock.monotonicMs() - startedMs) / 1000;

  const hooksTotal = count("karibu_hooks_total", "Callbacks of services, by kind and answer", ["kind", "status"]);
  const hookSeconds = time("karibu_hooks_seconds", "Time to answer a callback", ["kind"]);
  const calls = count("karibu_calls_total", "Requests to other services, by outcome", ["service", "outcome"]);
  const callSeconds = time("karibu_call_seconds", "Time until another service has answered", ["service"]);
  const mails = count("karibu_mail_total", "Letters handed to the mail server, by outcome", ["outcome"]);
  const messages = count("karibu_messages_total", "Text messages handed to gateways, by outcome", [
    "gateway",
    "outcome",
  ]);
  const messageSeconds = time("karibu_message_seconds", "Time until a gateway has answered to a message", ["gateway"]);
  const jobs = count("karibu_jobs_total", "Jobs that ran in this process, by outcome", ["queue", "outcome"]);
  const jobSeconds = time("karibu_job_seconds", "How long jobs took", ["queue"]);

  let callbacks = 0;

  function serviceOf(url: string): string {
    const { host, hostname } = new URL(url);
    return named.get(host) ?? services.find(([part]) => hostname.includes(part))?.[1] ?? "other";
  }

  return {
    callbacks: () => callbacks,
    hooks(of, router) {
      const watched = Router();
      watched.use((request: express.Request, response: express.Response, next: express.NextFunction) => {
        const startedMs = clock.monotonicMs();
        const letter = /^\/k\/[^/]+\/([a-z])(?:\/|$)/.exec(request.path)?.[1] ?? "";
        const kind = of === "channels" ? (hookKinds.get(letter) ?? "other") : "message-report";
        response.on("finish", () => {
          if (of === "channels") callbacks++;
          hooksTotal.inc({ kind, status: response.statusCode });
          hookSeconds.observe({ kind }, since(startedMs));
        });
        next();
      });
      return watched.use(router);
    },
    http: (call) => async (request) => {
      const startedMs = clock.monotonicMs();
      const service = serviceOf(request.url);
      const ended = (outcome: "answered" | "refused" | "failed" | "no-answer") => {
        calls.inc({ service, outcome });
        callSeconds.observe({ service }, since(startedMs));
      };
      try {
        const answer = await call(request);
        ended(answer.status >= 500 ? "failed" : answer.status >= 400 ? "refused" : "answered");
        return answer;
      } catch (error) {
        ended("no-answer");
        throw error;
      }
    },
    mail: (send) => async (letter) => {
      try {
        await send(letter);
        mails.inc({ outcome: "taken" });
      } catch (error) {
        mails.inc({ outcome: "refused" });
        throw error;
      }
    },
    messages: (gateway, send) => async (order) => {
      const startedMs = clock.monotonicMs();
      const ended = (outcome: string) => {
        messages.inc({ gateway, outcome });
        messageSeconds.observe({ gateway }, since(startedMs));
      };
      try {
        const outcome = await send(order);
        ended(outcome.kind);
        return outcome;
      } catch (error) {
        ended("broken");
        throw error;
      }
    },
    jobs: (queue) => ({
      ...queue,
      work: (name, handler, options) =>
        queue.work(
          name,
          async (data) => {
            const startedMs = clock.monotonicMs();
            const labels = { queue: queueNameOf(name) };
            try {
              await handler(data);
              jobs.inc({ ...labels, outcome: "done" });
            } catch (error) {
              jobs.inc({ ...labels, outcome: "failed" });
              throw error;
            } finally {
              jobSeconds.observe(labels, since(startedMs));
            }
          },
          options,
        ),
    }),
  };
}
