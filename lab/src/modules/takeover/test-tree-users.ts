/** `/ip/hotspot/user` of the simulated tree as the users that its hotspot knows. A router asks them once a test says so. */
import { durationMs } from "@karibu/agent/routeros/duration";
import type { Row } from "../../router/api/api-query.ts";
import { treeOf } from "../../router/api/config-tree.ts";
import type { Router } from "../../router/device/router.ts";
import { parseRateLimit, unlimitedRates } from "../../router/model/rate-limit.ts";
import { durationText } from "../../router/model/routeros-text.ts";
import { noLimits } from "../../router/model/session-limits.ts";
import { chapResponse, type Proof } from "../../router/radius/nas.ts";

const readDuration = (text: string | undefined): number => (durationMs(text ?? "") ?? 0) / 1000;
const menu = "/ip/hotspot/user";
const refused = { kind: "reject", message: "invalid username or password" } as const;

/** `onLogIn`: what the profile's script does, in a test's words. */
export function useTreeUsers(router: Router, onLogIn: (user: Row) => void = () => {}): void {
  const tree = treeOf(router);
  const named = (name: string) => tree.rows(menu).find((row) => row.name === name && row.default !== "true");
  router.localUsers = {
    usesRadius: () => tree.rows("/ip/hotspot/profile").some((row) => row["use-radius"] === "true"),
    authenticate({ user, mac }, proof) {
      const row = named(user);
      if (row === undefined) return null;
      if (row.disabled === "true" || !isPassword(row.password ?? "", proof)) return refused;
      const lock = row["mac-address"] ?? "";
      if (lock !== "" && lock !== mac) return refused;
      const limit = readDuration(row["limit-uptime"]);
      const used = readDuration(row.uptime);
      if (limit > 0 && used >= limit) return { kind: "reject", message: "user has reached uptime limit" };
      const profile = tree.rows("/ip/hotspot/user/profile").find(({ name }) => name === row.profile);
      onLogIn(row);
      return {
        kind: "accept",
        classes: [],
        group: null,
        limits: {
          ...noLimits,
          sessionSeconds: limit > 0 ? limit - used : null,
          rates: parseRateLimit(profile?.["rate-limit"] ?? "") ?? unlimitedRates,
          portLimit: Number(profile?.["shared-users"] ?? "1"),
        },
      };
    },
    ended({ user }, { upBytes, downBytes }, seconds) {
      const row = named(user);
      if (row === undefined) return;
      tree.put(menu, row[".id"] ?? "", {
        ...row,
        uptime: durationText(readDuration(row.uptime) + seconds),
        "bytes-in": String(Number(row["bytes-in"] ?? 0) + upBytes),
        "bytes-out": String(Number(row["bytes-out"] ?? 0) + downBytes),
      });
    },
  };
}

function isPassword(password: string, proof: Proof): boolean {
  if (proof.kind === "pap") return proof.password === password;
  return chapResponse(proof.id, password, proof.challenge).equals(proof.response);
}
