import type { RouterServices } from "@karibu/protocol/router/router-services";
import { find, formatProperties } from "../language/rsc-text.ts";
import { type Section, tagged } from "../steps/step.ts";
import { logActionName } from "../values/object-names.ts";

/** Of older versions, rules have no comment: those with our action are ours. */
const ourRules = find("/system/logging", "action", logActionName);
const removeRules = `:foreach rule in=${ourRules} do={ /system/logging/remove $rule }`;

/** The log goes to one address, each line beginning with the site's id. */
export function remoteLogging(logging: NonNullable<RouterServices["logging"]>, siteId: string): Section {
  return {
    title: "The log goes to a chosen address",
    steps: [
      tagged(
        "/system/logging/action",
        "log-target",
        {
          name: logActionName,
          target: "remote",
          remote: logging.collector,
          "remote-port": logging.port,
          "remote-protocol": logging.protocol,
          "remote-log-format": logging.format,
        },
        { beforeRemoval: [removeRules] },
      ),
      {
        kind: "commands",
        lines: [
          removeRules,
          ...logging.topics.map(
            (topic) =>
              `/system/logging/add ${formatProperties({ topics: topic, action: logActionName, prefix: `karibu ${siteId}` })}`,
          ),
        ],
      },
    ],
  };
}
