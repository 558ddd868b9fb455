import type { operatorTunnelView } from "@karibu/cloud/modules/operator-tunnels/operator-tunnel-routes";
import type { z } from "zod";
import { type Page, post, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type OperatorTunnel = z.output<typeof operatorTunnelView>;

const path = "/api/v1/operator-tunnels";
export const listTunnels = (query: ListQuery, filters: { readonly state: string }): Promise<Page<OperatorTunnel>> =>
  getList(path, query, filters);
export const openTunnel = (tunnel: Body<"POST", "/api/v1/operator-tunnels">): Promise<OperatorTunnel> =>
  post(path, tunnel);
export const endTunnel = (tunnelId: string): Promise<OperatorTunnel> =>
  remove(hubPath("/api/v1/operator-tunnels/{tunnelId}", { tunnelId }));
