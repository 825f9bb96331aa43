import { Chat } from "../../../components/chat";

export const dynamic = "force-dynamic";

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const api = `${process.env.CHAT_URL ?? process.env.BACKEND_URL}/debate-chat`;
  return <Chat id={(await params).id} api={api} />;
}
