/**
 * Stands in for Clerk on a machine of one's own, and is the only file that does: with Clerk, `getToken` is
 * `(await auth()).getToken()` on the server and `useAuth().getToken` in the browser.
 */

const LIFETIME_SECONDS = Number(process.env.SESSION_SECONDS ?? 60);
const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** Sign a session token of the local user, like Clerk's, with Web APIs alone, as the edge has no others. */
export async function getToken(): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    azp: "http://localhost:3000",
    exp: now + LIFETIME_SECONDS,
    iat: now,
    iss: "https://clerk.localhost",
    nbf: now - 10,
    sid: "sess_local",
    sub: process.env.SESSION_USER ?? "user_local",
    v: 2,
  };
  const head = { alg: "RS256", typ: "JWT", kid: "ins_local", cat: "cl_B7d4PD111AAA" };
  const text = [head, claims].map((part) => base64url(new TextEncoder().encode(JSON.stringify(part)))).join(".");
  const signature = await crypto.subtle.sign(ALGORITHM, await key(), new TextEncoder().encode(text));
  return `${text}.${base64url(new Uint8Array(signature))}`;
}

function key(): Promise<CryptoKey> {
  const pem = process.env.SESSION_KEY;
  if (!pem) throw new Error("SESSION_KEY is not set: start this application with scripts/demo --web");
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, "")), (sign) => sign.charCodeAt(0));
  return crypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]);
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/=/g, "").replace(/\+/g, "-").replace(/\//g, "_");
}
