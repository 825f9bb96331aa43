import { debateRoute } from "@gayed-signals/debates/next";
import { getToken } from "../../../../session";

export const runtime = "edge";
export const dynamic = "force-dynamic";

export const { GET } = debateRoute({ backendUrl: process.env.STREAM_URL ?? process.env.BACKEND_URL ?? "", getToken });
