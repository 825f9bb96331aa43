import type { Signal } from "@gayed-signals/debates";

/** What tells the agents apart, beside their colour: a name, a sign and a kind of border. */
export const AGENTS: Record<string, { name: string; sign: string }> = {
  financial_analyst: { name: "Financial Analyst", sign: "▲" },
  market_context: { name: "Market Context", sign: "●" },
  risk_challenger: { name: "Risk Challenger", sign: "◆" },
  judge: { name: "Judge", sign: "§" },
};

/** Return how an agent is shown, also one that a newer backend has. */
export function shown(agent: string): { name: string; sign: string } {
  return AGENTS[agent] ?? { name: agent.replaceAll("_", " "), sign: "○" };
}

export const STANCES: Record<Signal["state"], { name: string; sign: string }> = {
  risk_on: { name: "Risk on", sign: "↗" },
  risk_off: { name: "Risk off", sign: "↘" },
  neutral: { name: "Neutral", sign: "→" },
};
