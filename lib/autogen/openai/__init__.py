"""The provider: OpenAI's protocol, spoken through AutoGen's client."""
