// Asks as the dashboard's BackendApiClient does: one base URL, JSON, and the session's token on every call.
class BackendApiClient {
  constructor(getToken, baseUrl = process.env.BACKEND_URL ?? "http://localhost:8000") {
    this.getToken = getToken;
    this.baseUrl = baseUrl;
  }

  async get(path) {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${await this.getToken()}` };
    const answer = await fetch(`${this.baseUrl}${path}`, { headers });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return await answer.json();
  }
}

const client = new BackendApiClient(async () => process.env.TOKEN);
console.log(JSON.stringify([await client.get("/health"), await client.get("/auth-check")]));
