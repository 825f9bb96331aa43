import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import "./style.css";

export const metadata: Metadata = { title: "Debates", description: "Three agents debate what you read." };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <a className="skip" href="#main">
          Skip to the content
        </a>
        <header>
          <Link className="brand" href="/">
            Gayed Signals <span>debates</span>
          </Link>
          <nav aria-label="Pages">
            <Link href="/">New debate</Link>
            <Link href="/debates">Your debates</Link>
            <Link href="/chat">Chat</Link>
          </nav>
        </header>
        <main id="main">{children}</main>
      </body>
    </html>
  );
}
