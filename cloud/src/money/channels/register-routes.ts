/** The API that registers a channel's addresses for money that no request of ours asked for. */
import { defaultCountry } from "@karibu/protocol/phone-number";
import { z } from "zod";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { lockChannel, readChannel, setChannel } from "./channel-rows.ts";
import type { Channels } from "./channels.ts";
import { endReplaced } from "./hook-tokens.ts";

export function registerRoutes(channels: Channels) {
  return [
    route({
      method: "POST",
      path: "/api/v1/channels/{id}/register",
      summary: "Have M-Pesa tell us of money that no prompt asked for, and let us read its list",
      permission: "channels.manage",
      params: z.object({ id: z.string().min(1).max(128) }),
      body: z.strictObject({
        responseType: z.enum(["Completed", "Cancelled"]).default("Completed"),
        /** v1 sends a hash of the payer's number, by which a customer is recognised; v2 the number with its middle hidden. */
        version: z.enum(["v1", "v2"]).default("v2"),
        /** The Safaricom number in the short code's papers: for the list (Pull). */
        nominatedPhone: phoneField.optional(),
      }),
      response: z.object({ registered: z.boolean(), pulls: z.boolean(), message: z.string() }),
      handle: async ({ params, body, providerId, transact }) => {
        const row = await transact((tx) => readChannel(tx, providerId, params.id));
        const { register } = channels.open(row);
        if (register === null) throw refusal("no-such-calls");
        const { responseType, version, nominatedPhone: typed } = body;
        const nominatedPhone = typed === undefined ? null : readPhone(typed, defaultCountry, "nominatedPhone");
        const { urls, list } = await register({ responseType, version, nominatedPhone });
        const settings = await transact(async (tx) => {
          const now = await lockChannel(tx, providerId, params.id);
          const isTaken = urls.ok && urls.wasThere !== true && now.noticeTokenHash === row.noticeTokenHash;
          if (isTaken) await endReplaced(tx, now);
          const changed = await setChannel(tx, now, {
            settings: {
              ...now.settings,
              ...(urls.ok ? { registered: true, responseType, c2bVersion: version } : {}),
              ...(list?.ok ? { pulls: true } : {}),
            },
          });
          return changed.settings;
        });
        return {
          registered: settings.registered === true,
          pulls: settings.pulls === true,
          message: [urls.text, list?.text].filter(Boolean).join("; "),
        };
      },
    }),
  ];
}
