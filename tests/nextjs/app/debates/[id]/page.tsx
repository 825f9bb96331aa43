import { DebatePage } from "../../../components/debate_page";

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <DebatePage id={(await params).id} />;
}
