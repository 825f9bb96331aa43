import { readFile } from "node:fs/promises";
import path from "node:path";

export const dynamic = "force-dynamic";

const ARTICLE = path.join(process.cwd(), "../../scripts/local/article.md");

/** Give the form the article that ships with the repository, with its signals. */
export async function GET(): Promise<Response> {
  const [text, signals] = await Promise.all([
    readFile(ARTICLE, "utf8"),
    readFile(ARTICLE.replace(".md", ".signals.json"), "utf8"),
  ]);
  const [title, ...lines] = text.trim().split("\n");
  return Response.json({
    content: { type: "article", title: title.replace("# ", ""), text: lines.join("\n").trim() },
    signals: JSON.parse(signals),
  });
}
