/** The room that asks the channels: about open purchases, about receipts, and for their lists. */
import { z } from "zod";
import { createPlaces } from "../../ground/db/places.ts";
import type { District } from "../../ground/district.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { lookUpJob } from "../channels/look-up-job.ts";
import { pullJob } from "../channels/pull-job.ts";
import { askPageJob } from "../matching/payment-pages.ts";
import { askJob, askNowJob } from "../purchases/purchase-rows.ts";
import { type Asking, type AskParts, askNextJob, createAsking } from "./ask.ts";
import { createAskPage } from "./ask-page.ts";
import type { AskSettings } from "./ask-policy.ts";
import { createLooks } from "./looks.ts";
import { runPull } from "./run-pull.ts";
import { verifyRoute } from "./verify-route.ts";
import { lookUp, lookUpSchema, resumeJob, resumeQuestions, resumeSchema } from "./waiting-questions.ts";
import { askStatus, type WitnessParts } from "./witnesses.ts";

export interface QuestionsRoom extends District, Pick<Asking, "claimed"> {
  /** Asks about a receipt. @returns false: this channel can't be asked */
  askStatus(channel: ChannelRow, receipt: string): Promise<boolean>;
}

const lookSchema = z.object({ providerId: z.string(), purchaseId: z.string() });
const askSchema = lookSchema.extend({ notice: z.boolean().optional() });
const askPageSchema = z.object({ providerId: z.string(), promptId: z.string(), requestId: z.string().optional() });
const askNextSchema = z.object({ providerId: z.string(), channelId: z.string() });
const pullSchema = z.object({ providerId: z.string(), channelId: z.string(), backMs: z.number() });

/** Of one worker, side by side: they share their transactions. */
const looksAtOnce = 32;
/** Of those that go by themselves: more would take the connections of who looks at a page. */
const aloneMax = 4;

export function createQuestions(parts: AskParts & WitnessParts, settings: AskSettings): QuestionsRoom {
  const { jobs, channels } = parts;
  const asking = createAsking(parts, settings);
  const lookTogether = createLooks(parts, settings);
  const alone = createPlaces(aloneMax);
  const askPage = createAskPage(parts, settings);
  return {
    claimed: asking.claimed,
    askStatus: (channel, receipt) => askStatus(parts, channel, receipt),
    routes: [verifyRoute(channels.kinds, parts.envelope, asking.now)],
    async registerJobs() {
      const look = async (data: object) => {
        const purchase = lookSchema.parse(data);
        if (await lookTogether(purchase)) return;
        await alone.take(() => asking.run(purchase.providerId, purchase.purchaseId));
      };
      await jobs.work(askJob, look, { quick: true, sideBySide: looksAtOnce });
      await jobs.work(askNowJob, async (data) => {
        const { providerId, purchaseId, notice } = askSchema.parse(data);
        await asking.run(providerId, purchaseId, notice);
      });
      await jobs.work(askNextJob, (data) => {
        const { providerId, channelId } = askNextSchema.parse(data);
        return asking.askNext(providerId, channelId);
      });
      await jobs.work(askPageJob, (data) => askPage(askPageSchema.parse(data)));
      await jobs.work(resumeJob, (data) => resumeQuestions(parts, resumeSchema.parse(data)));
      await jobs.work(lookUpJob, (data) => lookUp(parts, lookUpSchema.parse(data)));
      await jobs.work(pullJob, (data) => runPull(parts, pullSchema.parse(data)));
    },
  };
}
