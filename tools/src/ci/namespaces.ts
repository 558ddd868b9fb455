/** Whether this machine lets a test or bench make network namespaces, and WireGuard tunnels between them. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { hasTool } from "./tools.ts";

/** Why a test through WireGuard can't run here. Null when it can. */
export function whyNoTunnel(): string | null {
  if (!existsSync("/dev/net/tun")) return "/dev/net/tun is absent";
  for (const tool of ["wireguard", "wg"] as const) if (!hasTool(tool)) return `${tool} is not installed`;
  return whyNoNamespaces();
}

/** Why a test in network namespaces can't run here. Null when it can. */
export function whyNoNamespaces(): string | null {
  if (process.platform !== "linux") return "network namespaces need Linux";
  if (userInfo().uid !== 0) return "network namespaces need root";
  if (!hasTool("ip")) return "ip is not installed";
  try {
    const name = `kb-try-${randomBytes(3).toString("hex")}`;
    execFileSync("ip", ["netns", "add", name], { stdio: "pipe" });
    execFileSync("ip", ["netns", "del", name], { stdio: "pipe" });
    return null;
  } catch {
    return "network namespaces are not allowed here";
  }
}
