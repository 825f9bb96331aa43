import { getToken } from "../../../session";

export const dynamic = "force-dynamic";

/** Give the page a fresh token, as Clerk's script in the browser would. */
export async function GET(): Promise<Response> {
  return new Response(await getToken(), { headers: { "cache-control": "no-store" } });
}
