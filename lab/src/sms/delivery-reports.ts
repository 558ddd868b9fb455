/** Posts delivery reports to the hub: one after the other for each message, each once. */
import type { World } from "@karibu/protocol/world";
import { request as send } from "undici";

export interface ReportPost {
  readonly url: string;
  readonly type: "application/json" | "application/x-www-form-urlencoded";
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function postReports(world: World, posts: readonly ReportPost[]): void {
  const all = async () => {
    for (const { url, type, body, headers } of posts) {
      const signal = AbortSignal.timeout(10_000);
      const answer = await send(url, { method: "POST", headers: { "content-type": type, ...headers }, body, signal });
      await answer.body.dump();
    }
  };
  all().catch((error: unknown) => world.log.warn("report-not-delivered", { error: String(error) }));
}
