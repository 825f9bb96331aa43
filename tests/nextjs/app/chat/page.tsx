import { redirect } from "next/navigation";

export const dynamic = "force-dynamic";

/** Begin a chat: its id stands in the address, so that it can be come back to. */
export default function Page() {
  redirect(`/chat/${crypto.randomUUID()}`);
}
