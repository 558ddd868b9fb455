/** Whether this machine can run the chaos. */
import { spawnSync } from "node:child_process";
import { findPrograms } from "@karibu/cloud/ground/db/test-postgresql";

/** Why it can't. Null: it can. */
export function whyNoChaos(): string | null {
  if (findPrograms() === null) return "PostgreSQL's server programs are not installed";
  const own = ["--net", "--mount", "--pid", "--fork", "--mount-proc"];
  const isAllowed =
    spawnSync("unshare", [...own, "sh", "-c", "ip link set lo up && mount -t tmpfs tmpfs /mnt"]).status === 0;
  return isAllowed ? null : "namespaces and mounts of its own are not allowed here, or ip or unshare is not installed";
}
