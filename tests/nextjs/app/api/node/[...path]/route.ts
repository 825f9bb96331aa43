import { debateRoute } from "@gayed-signals/debates/next";
import { getToken } from "../../../../session";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

export const { GET, POST, DELETE } = debateRoute({ backendUrl: process.env.BACKEND_URL ?? "", getToken });
