import type { homeView } from "@karibu/cloud/home/home-routes";
import type { z } from "zod";

export type Home = z.output<typeof homeView>;
export const homePath = "/api/v1/home";
